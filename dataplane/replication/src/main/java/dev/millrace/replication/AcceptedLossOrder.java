// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.replication.RaftMembers.Addresses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.util.ProtoUtils;
import org.jboss.logging.Logger;

/**
 * The order that a member goes on as the only one of its group, since a person has accepted that
 * the disks of a majority are lost (docs/adr/0028-an-accepted-loss.md). It is written while Raft
 * runs and carried out by the next start before Raft does: what Ratis keeps of the configuration
 * beside the log is replaced by one with this member alone. The log stays whole: entries that are
 * not known to be committed may have been acknowledged.
 *
 * <p>Of all configurations in that file and in the log, Ratis takes the one with the highest index,
 * and a new leader writes the one that it found as its first entry. So the replaced one gets the
 * index of that entry, which is the one after the last of the log: it is above every configuration
 * in the log, also above those that the file does not have yet, and no later one is below it.
 * Nothing is applied before that entry is durable, so what is applied again after a kill, and
 * written into the file, does not count either.
 *
 * @param group the group's id
 * @param disk the member's
 */
record AcceptedLossOrder(UUID group, UUID disk) {
  private static final Logger LOG = Logger.getLogger(AcceptedLossOrder.class);
  private static final String FILE = "raft-accepted-loss";
  private static final String FORMAT = "millrace accepted loss 1";

  /** Whether there is one that the next start carries out. */
  static boolean isIn(Path dataFolder) {
    return Files.exists(dataFolder.resolve(FILE));
  }

  /** Durable when it returns. */
  void write(Path dataFolder) throws IOException {
    DurableFiles.write(
        dataFolder.resolve(FILE), UTF_8.encode("%s\n%s\n%s\n".formatted(FORMAT, group, disk)));
  }

  /**
   * Carries out the order in a data folder, if there is one. A start that is interrupted does it
   * once more: Raft has written nothing by then.
   *
   * @param durableIndex up to which the store is durable
   */
  static void carryOut(RaftIdentity identity, long durableIndex) throws IOException {
    Path file = identity.dataFolder().resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    AcceptedLossOrder order = read(file);
    UUID self = identity.members().self();
    if (!order.equals(new AcceptedLossOrder(identity.group(), self))) {
      throw new IOException(
          "%s is for disk %s of group %s, but this is disk %s of group %s"
              .formatted(file, order.disk, order.group, self, identity.group()));
    }
    long index = Math.max(new LogTailRepair(identity.current()).lastIndex(), durableIndex) + 1;
    Addresses own =
        Optional.ofNullable(identity.configuration().members().get(self))
            .or(() -> Optional.ofNullable(identity.members().addresses().get(self)))
            .orElseThrow(() -> new IOException("disk %s has no addresses".formatted(self)));
    DurableFiles.write(
        identity.current().resolve(GroupConfiguration.FILE),
        ByteBuffer.wrap(configuration(index, self, own)));
    DurableFiles.delete(file);
    LOG.warnf(
        "disk %s goes on as the only member of group %s, by the configuration of entry %d",
        self, identity.group(), index);
  }

  private static byte[] configuration(long index, UUID self, Addresses own) {
    return LogEntryProto.newBuilder()
        .setIndex(index)
        .setConfigurationEntry(
            RaftConfigurationProto.newBuilder()
                .addAllPeers(
                    ProtoUtils.toRaftPeerProtos(List.of(GroupConfiguration.peer(self, own)))))
        .build()
        .toByteArray();
  }

  private static AcceptedLossOrder read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 3 || !lines.getFirst().equals(FORMAT)) {
      throw new IOException("%s must hold '%s' and two ids".formatted(file, FORMAT));
    }
    try {
      return new AcceptedLossOrder(UUID.fromString(lines.get(1)), UUID.fromString(lines.get(2)));
    } catch (IllegalArgumentException e) {
      throw new IOException("%s must hold ids: %s".formatted(file, e.getMessage()), e);
    }
  }
}
