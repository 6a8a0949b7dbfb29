// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.leader.shard.GuardedClock;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.replication.RaftCertificates;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.rpc.InternalTls;
import dev.millrace.server.rpc.PodMembers;
import dev.millrace.server.rpc.PodTerms;
import dev.millrace.storage.DataFolder;
import dev.millrace.storage.StorageSettings;
import dev.millrace.storage.StoreMemory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * What the groups of a process share.
 *
 * @param host the address that Raft listens at
 * @param clock checked periodically
 * @param limits of all shards
 * @param room whether the disk has space; the folders of all groups are on one
 * @param cipher for the records of encrypted streams
 * @param memory of all stores
 * @param reads where reads are worked on
 * @param terms asks other members for their terms
 * @param members asks other members for the rest
 * @param tls by which internal calls are made and taken
 * @param certificates for members that have peers
 * @param halt called for failures after which continuing could lose a record
 */
record HostParts(
    Vertx vertx,
    String host,
    GuardedClock clock,
    ShardLimits limits,
    DiskRoom room,
    RecordCipher cipher,
    StoreMemory memory,
    ReadPool reads,
    PodTerms terms,
    PodMembers members,
    Optional<InternalTls> tls,
    Optional<RaftCertificates> certificates,
    Halt halt) {
  private static final long MIB = 1 << 20;

  /**
   * Opens them.
   *
   * @param opened gets what is to be closed, after the groups
   * @param folder of the process
   */
  static HostParts open(
      CloseableStack opened,
      ServerSettings settings,
      Vertx vertx,
      DataFolder folder,
      Clocks clocks,
      SecureRandom random,
      ShardLimits limits,
      Halt halt)
      throws IOException {
    GuardedClock clock = clocks.guarded();
    StoreMemory memory =
        opened.add(new StoreMemory(folder.path().resolve("native"), StorageSettings.DEFAULT));
    DiskRoom room = opened.add(new DiskRoom(vertx, folder, settings.diskReserveMib() * MIB));
    opened.add(new ClockWatch(vertx, clock));
    Optional<InternalTls> tls = InternalCertificates.of(opened, settings, vertx);
    return new HostParts(
        vertx,
        settings.host(),
        clock,
        limits,
        room,
        MasterKeyAccess.open(opened, settings, clocks.nanos(), random),
        memory,
        opened.add(new ReadPool(RoleBounds.READ_THREADS, RoleBounds.WAITING_READS)),
        opened.add(new PodTerms(vertx, tls)),
        opened.add(new PodMembers(vertx, tls)),
        tls,
        settings.raftTls().map(HostParts::certificates),
        halt);
  }

  private static RaftCertificates certificates(Path folder) {
    return new RaftCertificates(
        folder.resolve("tls.crt"),
        folder.resolve("tls.key"),
        folder.resolve("ca.crt"),
        Duration.ofMillis(RoleBounds.MOUNTED_FILES_INTERVAL_MILLIS));
  }
}
