// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * Ratis' properties for one group, and the check that refuses those under which an acknowledged
 * record could be lost.
 *
 * @see <a
 *     href="https://github.com/apache/ratis/blob/master/ratis-docs/src/site/markdown/configurations.md">Ratis
 *     configurations</a>
 */
final class RaftSettings {
  /** Answers are kept this long for clients that ask again; ours, in this process, never do. */
  private static final Duration RETRY_CACHE_LIFE = Duration.ofSeconds(1);

  private static final int MIB = 1 << 20;

  private RaftSettings() {}

  static RaftProperties of(RaftBounds bounds, Path storage, RaftMembers members) {
    RaftProperties p = common(bounds, storage);
    if (members.isAlone()) {
      AloneSettings.set(p);
    } else {
      PeerSettings.set(p, bounds, members.port());
    }
    return p;
  }

  private static RaftProperties common(RaftBounds bounds, Path storage) {
    RaftProperties p = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(p, List.of(storage.toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(p, storage.resolveSibling("raft-removed").toFile());
    RaftServerConfigKeys.setStorageFreeSpaceMin(p, SizeInBytes.valueOf(0));

    TimeDuration least = time(bounds.electionTimeout());
    TimeDuration most = time(bounds.electionTimeout().multipliedBy(2));
    RaftServerConfigKeys.Rpc.setTimeoutMin(p, least);
    RaftServerConfigKeys.Rpc.setTimeoutMax(p, most);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(p, least);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(p, most);

    int byteLimit = bounds.byteLimit();
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf(byteLimit));
    RaftServerConfigKeys.Log.setWriteBufferSize(p, SizeInBytes.valueOf(byteLimit + MIB));
    RaftServerConfigKeys.Log.setSegmentSizeMax(p, SizeInBytes.valueOf(bounds.segmentBytes()));
    RaftServerConfigKeys.Log.setPreallocatedSize(p, SizeInBytes.valueOf(4 * MIB));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(p, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(p, SizeInBytes.valueOf(16 * MIB));
    RaftServerConfigKeys.Log.setQueueElementLimit(p, 1024);
    RaftServerConfigKeys.Log.setQueueByteLimit(p, SizeInBytes.valueOf(bounds.pendingBytes()));
    RaftServerConfigKeys.Write.setElementLimit(p, 1024);
    RaftServerConfigKeys.Write.setByteLimit(p, SizeInBytes.valueOf(bounds.pendingBytes()));
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, false);
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        p, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    RaftServerConfigKeys.Log.setPurgeGap(p, 1);
    // An entry after each one, written, forced and sent like it, that says what is committed: for
    // members that serve without a leader. Ours do not, and the next entry or heartbeat says it.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);

    // On, since else there is none at a stop; but after no number of entries: each would be one of
    // the applying thread's own. StoreFlusher asks for a snapshot after each flush.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, Long.MAX_VALUE);
    // Else a snapshot asked for within 1024 entries of the last is a success that does nothing.
    RaftServerConfigKeys.Snapshot.setCreationGap(p, 1);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, true);
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, time(RETRY_CACHE_LIFE));
    return p;
  }

  static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Refuses properties under which an acknowledged record could be lost or a good log not be read.
   *
   * @param dataFolder where the log must lie
   * @param maxEntryBytes largest entry that will be written
   * @throws IllegalStateException naming the key, what was found and what was expected
   */
  static void verify(RaftProperties p, Path dataFolder, int maxEntryBytes) {
    require(
        !RaftServerConfigKeys.Log.unsafeFlushEnabled(p),
        RaftServerConfigKeys.Log.UNSAFE_FLUSH_ENABLED_KEY,
        "true",
        "false: an answer must not leave before the fsync");
    require(
        !RaftServerConfigKeys.Log.asyncFlushEnabled(p),
        RaftServerConfigKeys.Log.ASYNC_FLUSH_ENABLED_KEY,
        "true",
        "false: it counts a failed fsync as done");
    require(
        RaftServerConfigKeys.Log.corruptionPolicy(p)
            == RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION,
        RaftServerConfigKeys.Log.CORRUPTION_POLICY_KEY,
        RaftServerConfigKeys.Log.corruptionPolicy(p),
        "EXCEPTION: the log must not be cut in silence");
    Path folder = dataFolder.toAbsolutePath().normalize();
    List<File> storage = RaftServerConfigKeys.storageDir(p);
    require(
        storage.size() == 1
            && storage.getFirst().toPath().toAbsolutePath().normalize().startsWith(folder),
        RaftServerConfigKeys.STORAGE_DIR_KEY,
        storage,
        "one folder below " + folder);
    int byteLimit = RaftServerConfigKeys.Log.Appender.bufferByteLimit(p).getSizeInt();
    int needed = RaftBounds.scratchBytes(maxEntryBytes) + 1;
    require(
        byteLimit > needed,
        RaftServerConfigKeys.Log.Appender.BUFFER_BYTE_LIMIT_KEY,
        byteLimit,
        "more than "
            + needed
            + ": entries of "
            + maxEntryBytes
            + " bytes followed by padding could not be read again");
    int writeBuffer = RaftServerConfigKeys.Log.writeBufferSize(p).getSizeInt();
    require(
        writeBuffer >= byteLimit + Long.BYTES,
        RaftServerConfigKeys.Log.WRITE_BUFFER_SIZE_KEY,
        writeBuffer,
        "at least " + (byteLimit + Long.BYTES));
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalStateException(
          "unsafe Raft setting: %s is %s, expected %s".formatted(key, found, expected));
    }
  }
}
