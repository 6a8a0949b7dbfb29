// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * The members with which a group is formed, and which of them this process is. The addresses are
 * those at which they take each other's calls.
 *
 * @param self the id of this member; another disk has another id
 * @param addresses {@code HOST:PORT} by id; empty for a group alone, which has nobody to call
 */
public record RaftMembers(UUID self, SortedMap<UUID, String> addresses) {
  private static final Pattern ADDRESS = Pattern.compile("([^\\s:]+):([0-9]{1,5})");

  public RaftMembers {
    addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    addresses.values().forEach(RaftMembers::parsed);
    if (!addresses.isEmpty() && !addresses.containsKey(self)) {
      throw new IllegalArgumentException(
          "member %s is not among the members %s".formatted(self, addresses.keySet()));
    }
  }

  /** A group of one. */
  public static RaftMembers alone(UUID self) {
    return new RaftMembers(self, Collections.emptySortedMap());
  }

  /** Several members. */
  public static RaftMembers of(UUID self, Map<UUID, String> addresses) {
    return new RaftMembers(self, new TreeMap<>(addresses));
  }

  /** The ids of the other members. */
  List<UUID> others() {
    return addresses.keySet().stream().filter(member -> !member.equals(self)).toList();
  }

  boolean isAlone() {
    return addresses.isEmpty();
  }

  /** The same group as seen by the member whose disk this is. */
  RaftMembers seenBy(UUID member) {
    return new RaftMembers(member, addresses);
  }

  RaftPeerId selfId() {
    return id(self);
  }

  private static RaftPeerId id(UUID member) {
    return RaftPeerId.valueOf(member.toString());
  }

  RaftGroup group(RaftGroupId group) {
    if (isAlone()) {
      return RaftGroup.valueOf(group, RaftPeer.newBuilder().setId(selfId()).build());
    }
    return RaftGroup.valueOf(
        group,
        addresses.entrySet().stream()
            .map(
                member ->
                    RaftPeer.newBuilder()
                        .setId(id(member.getKey()))
                        .setAddress(member.getValue())
                        .build())
            .toList());
  }

  /** Where this member takes calls. */
  int port() {
    return Optional.ofNullable(addresses.get(self))
        .map(RaftMembers::parsed)
        .orElseThrow()
        .getPort();
  }

  private static InetSocketAddress parsed(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "the address of a member must be HOST:PORT, found '%s'".formatted(address));
    }
    return InetSocketAddress.createUnresolved(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }
}
