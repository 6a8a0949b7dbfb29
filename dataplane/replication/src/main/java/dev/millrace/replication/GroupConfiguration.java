// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.replication.RaftMembers.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.util.ProtoUtils;

/**
 * The members of a group by its log. While they change, a majority of both the present ones and
 * those before is needed (Raft dissertation, section 4.3).
 *
 * @param members by id; empty for a group alone, as in {@link RaftMembers}
 * @param before the change that is under way; empty while none is
 */
record GroupConfiguration(SortedMap<UUID, Addresses> members, SortedMap<UUID, Addresses> before) {
  /** Where Ratis keeps the last one that was applied, in the folder of the log. */
  static final String FILE = "raft-meta.conf";

  GroupConfiguration {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
  }

  /** A group whose members do not change now. */
  static GroupConfiguration of(RaftMembers members) {
    return new GroupConfiguration(members.addresses(), Collections.emptySortedMap());
  }

  static GroupConfiguration of(RaftConfiguration found) {
    return new GroupConfiguration(byId(found.getCurrentPeers()), byId(found.getPreviousPeers()));
  }

  /**
   * Reads what Ratis keeps in the folder of a log.
   *
   * @return empty if nothing was applied yet
   * @throws DamagedLogException when it is no configuration
   */
  static Optional<GroupConfiguration> read(Path current) throws IOException {
    Path file = current.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      var entry = LogEntryProto.parseFrom(in).getConfigurationEntry();
      return Optional.of(
          new GroupConfiguration(
              byId(ProtoUtils.toRaftPeers(entry.getPeersList())),
              byId(ProtoUtils.toRaftPeers(entry.getOldPeersList()))));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new DamagedLogException(
          "%s must hold the members of a group: %s".formatted(file, e.getMessage()));
    }
  }

  private static SortedMap<UUID, Addresses> byId(Collection<RaftPeer> peers) {
    SortedMap<UUID, Addresses> members = new TreeMap<>();
    for (RaftPeer peer : peers) {
      if (peer.getAddress() != null && !peer.getAddress().isEmpty()) {
        members.put(
            UUID.fromString(peer.getId().toString()),
            new Addresses(peer.getAddress(), peer.getAdminAddress()));
      }
    }
    return members;
  }

  /** How Ratis knows a member; its place for an admin's address is that of the internal port. */
  static RaftPeer peer(UUID member, Addresses at) {
    return RaftPeer.newBuilder()
        .setId(RaftPeerId.valueOf(member.toString()))
        .setAddress(at.raft())
        .setAdminAddress(at.rpc())
        .build();
  }

  boolean isChanging() {
    return !before.isEmpty();
  }

  /** Where all other members are asked, those before a change included. */
  Map<UUID, String> others(UUID self) {
    Map<UUID, String> others = new HashMap<>();
    Stream.of(before, members)
        .flatMap(some -> some.entrySet().stream())
        .filter(member -> !member.getKey().equals(self))
        .forEach(member -> others.put(member.getKey(), member.getValue().rpc()));
    return others;
  }

  /** Whether these decide for the group. */
  boolean isMajority(Set<UUID> some) {
    return isMajority(some, members) && (before.isEmpty() || isMajority(some, before));
  }

  private static boolean isMajority(Set<UUID> some, Map<UUID, Addresses> of) {
    return some.stream().filter(of::containsKey).count() > of.size() / 2;
  }
}
