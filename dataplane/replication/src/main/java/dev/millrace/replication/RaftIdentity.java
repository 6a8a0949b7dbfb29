// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.command.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Who this disk is in its group. A disk that has joined the group is a member by the group's log
 * alone, and not by what stands here. An emptied disk must never vote, or stand alone, under its
 * old name, and Ratis would format it without a word; so the identity lies beside the log and both
 * must be there, or neither.
 *
 * <p>The file has its final name only once the log was formed, and no command is taken before: a
 * crash while forming leaves {@code raft-identity.new}, and the next start forms the same group.
 *
 * @param dataFolder where the file lies, beside {@code raft/}
 * @param group the group
 * @param members of the group when it was formed or joined, and which of them this disk is
 * @param joined whether others had formed the group before
 */
record RaftIdentity(Path dataFolder, UUID group, RaftMembers members, boolean joined) {
  private static final String FILE = "raft-identity";
  private static final String FORMING = FILE + ".new";
  private static final String ALONE_FORMAT = "millrace raft identity 1";
  private static final String FORMED_FORMAT = "millrace raft identity 2";
  private static final String JOINED_FORMAT = "millrace raft identity 3";

  /**
   * Reads the identity, or makes one where neither it nor a log nor anything applied is.
   *
   * @param durable what the store holds
   * @param newGroup the group's id if one is made
   * @param newMembers its members if one is made
   * @param joins whether they have formed it before
   * @throws DamagedLogException when the log is gone
   * @throws IOException when another part of it is
   */
  static RaftIdentity open(
      Path dataFolder, LogPosition durable, UUID newGroup, RaftMembers newMembers, boolean joins)
      throws IOException {
    Path file = dataFolder.resolve(FILE);
    if (Files.exists(file)) {
      RaftIdentity identity = read(dataFolder, file);
      Path proof = identity.current().resolve("raft-meta");
      if (!Files.exists(proof)) {
        throw new DamagedLogException(
            "%s is there but the Raft log it belongs to is gone (no %s)".formatted(file, proof));
      }
      return identity;
    }
    Path forming = dataFolder.resolve(FORMING);
    if (Files.exists(forming)) {
      return read(dataFolder, forming);
    }
    RaftIdentity fresh = new RaftIdentity(dataFolder, newGroup, newMembers, joins);
    if (holdsAnything(fresh.storage())) {
      throw new IOException(
          "a Raft log is in %s but %s is missing: restore the file"
              .formatted(fresh.storage(), file));
    }
    if (!durable.equals(LogPosition.NONE)) {
      throw new IOException(
          "the store holds entries up to %s but %s and the Raft log are missing: restore the whole data folder"
              .formatted(durable, file));
    }
    fresh.write(forming);
    return fresh;
  }

  /** Whether a group was formed here, or was about to be. */
  static boolean isThere(Path dataFolder) {
    return Files.exists(dataFolder.resolve(FILE)) || Files.exists(dataFolder.resolve(FORMING));
  }

  /**
   * Whether others have what the member in a data folder acknowledged. What is alone since a loss
   * was accepted may be told so by its log only, so whoever was once is not said to have others.
   *
   * @throws IOException when it cannot be read
   */
  static boolean hasOthers(Path dataFolder) throws IOException {
    Path file = dataFolder.resolve(FILE);
    if (!Files.exists(file) || Files.exists(dataFolder.resolve(LossAudit.FILE))) {
      return false;
    }
    RaftIdentity identity = read(dataFolder, file);
    try {
      return !identity.configuration().others(identity.members().self()).isEmpty();
    } catch (DamagedLogException e) {
      return !identity.members().isAlone();
    }
  }

  /** Ratis' storage folder. */
  Path storage() {
    return dataFolder.resolve("raft");
  }

  /** What Ratis starts with where its log says nothing yet: who joins waits until it does. */
  RaftGroup raftGroup() {
    RaftGroupId id = RaftGroupId.valueOf(group);
    return joined ? RaftGroup.valueOf(id) : members.group(id);
  }

  /** The members by the log, as far as it was applied here; before that those of the forming. */
  GroupConfiguration configuration() throws IOException {
    return GroupConfiguration.read(current()).orElseGet(() -> GroupConfiguration.of(members));
  }

  /** Where the group's segments and its vote lie. */
  Path current() {
    return storage().resolve(group.toString()).resolve("current");
  }

  /** Notes that the log was formed; {@link SegmentNames} has made its folders durable. */
  void formed() throws IOException {
    Path forming = dataFolder.resolve(FORMING);
    if (Files.exists(forming)) {
      Files.move(forming, dataFolder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.forceFolder(dataFolder);
    }
  }

  private static boolean holdsAnything(Path storage) throws IOException {
    if (!Files.exists(storage)) {
      return false;
    }
    try (var entries = Files.list(storage)) {
      return entries.findAny().isPresent();
    }
  }

  private static RaftIdentity read(Path dataFolder, Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String format = lines.isEmpty() ? "" : lines.getFirst();
    boolean joined = format.equals(JOINED_FORMAT);
    boolean hasPeers = joined || format.equals(FORMED_FORMAT);
    boolean isKnown =
        hasPeers ? lines.size() > 3 : format.equals(ALONE_FORMAT) && lines.size() == 3;
    if (!isKnown) {
      throw new IOException(
          "%s must begin with '%s' and hold two ids, or with '%s' or '%s' and hold two ids and the members"
              .formatted(file, ALONE_FORMAT, FORMED_FORMAT, JOINED_FORMAT));
    }
    try {
      UUID group = UUID.fromString(lines.get(1));
      UUID peer = UUID.fromString(lines.get(2));
      SortedMap<UUID, RaftMembers.Addresses> members = new TreeMap<>();
      for (String line : lines.subList(3, lines.size())) {
        String[] member = line.split(" ", -1);
        if (member.length != 3) {
          throw new IOException(
              "%s: a member must be 'ID HOST:PORT HOST:PORT', found '%s'".formatted(file, line));
        }
        members.put(UUID.fromString(member[0]), new RaftMembers.Addresses(member[1], member[2]));
      }
      return new RaftIdentity(dataFolder, group, new RaftMembers(peer, members), joined);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s must hold ids and addresses: %s".formatted(file, e.getMessage()), e);
    }
  }

  private String format() {
    if (joined) {
      return JOINED_FORMAT;
    }
    return members.isAlone() ? ALONE_FORMAT : FORMED_FORMAT;
  }

  /** A half written file must never be read: it gets its name after its bytes are on the disk. */
  private void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(format()).append('\n');
    text.append(group).append('\n').append(members.self()).append('\n');
    members
        .addresses()
        .forEach((member, at) -> text.append("%s %s %s\n".formatted(member, at.raft(), at.rpc())));
    DurableFiles.write(file, UTF_8.encode(text.toString()));
  }
}
