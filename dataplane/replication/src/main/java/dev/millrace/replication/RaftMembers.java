// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.util.Collections;
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
 * The members with which a group is formed or with which a disk joins it, and which of them this
 * process is.
 *
 * @param self the id of this member; another disk has another id
 * @param addresses of all members by id; empty for a group alone, which has nobody to call
 */
public record RaftMembers(UUID self, SortedMap<UUID, Addresses> addresses) {

  /**
   * Where a member takes calls.
   *
   * @param raft {@code HOST:PORT} for the other members
   * @param rpc {@code HOST:PORT} of its internal port, where it is asked for its term
   */
  public record Addresses(String raft, String rpc) {
    private static final Pattern HOST_AND_PORT = Pattern.compile("([^\\s:]+):([0-9]{1,5})");

    public Addresses {
      port(raft);
      port(rpc);
    }

    private static int port(String address) {
      Matcher matcher = HOST_AND_PORT.matcher(address);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "the address of a member must be HOST:PORT, found '%s'".formatted(address));
      }
      return Integer.parseInt(matcher.group(2));
    }
  }

  public RaftMembers {
    addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    if (addresses.size() == 1) {
      throw new IllegalArgumentException(
          "a group has no addresses or those of several members, found " + addresses);
    }
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
  public static RaftMembers of(UUID self, Map<UUID, Addresses> addresses) {
    return new RaftMembers(self, new TreeMap<>(addresses));
  }

  /** Whether there are no others. */
  public boolean isAlone() {
    return addresses.isEmpty();
  }

  RaftPeerId selfId() {
    return RaftPeerId.valueOf(self.toString());
  }

  RaftGroup group(RaftGroupId group) {
    if (isAlone()) {
      return RaftGroup.valueOf(group, RaftPeer.newBuilder().setId(selfId()).build());
    }
    return RaftGroup.valueOf(
        group,
        addresses.entrySet().stream()
            .map(member -> GroupConfiguration.peer(member.getKey(), member.getValue()))
            .toList());
  }

  /** Where this member takes calls. */
  int port() {
    return Optional.ofNullable(addresses.get(self))
        .map(own -> Addresses.port(own.raft()))
        .orElseThrow();
  }
}
