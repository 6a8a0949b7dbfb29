// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.apply.ReplicasDifferException;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.ShardRows;
import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.ShardRows.StoredRow;
import dev.millrace.core.stream.ShardRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Brings a member that is behind the log of its group to where the others are, before it takes part
 * again. The log that it lacks was purged, but what the log said is in the rows of the others'
 * shards: it takes those after its own last ones (docs/adr/0025-catch-up-by-rows.md).
 *
 * <p>A disk that joins the group begins so, too. That a member is behind it learns from its leader
 * while Raft runs. It writes that down and ends; the next start catches up before Raft does. What
 * was taken stays when a start is interrupted, and the next one goes on from there.
 */
final class CatchUp {
  private static final Logger LOG = Logger.getLogger(CatchUp.class);
  private static final String FILE = "raft-behind";

  /** Bytes of rows that are asked for at a time. */
  private static final int PAGE_BYTES = 1 << 20;

  /** How fast rows are taken, so that the member that gives them can serve: 64 MiB/s. */
  private static final long BYTES_PER_SECOND = 64L << 20;

  /** The last round took no longer, so that the log is there for what was written meanwhile. */
  private static final Duration LAST_ROUND = Duration.ofSeconds(1);

  /** Under more load than a round takes away, the last round is one of so many. */
  private static final int MOST_ROUNDS = 20;

  /** How long an answer of another member is waited for. */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** After all other members were asked in vain. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Path dataFolder;
  private final Path log;
  private final Map<UUID, String> others;
  private final ShardRows store;
  private final PeerRows peers;
  private final LongSupplier nanos;
  private final Duration patience;
  private final Map<ShardRef, Long> next = new HashMap<>();
  private long takenBytes;

  /**
   * For the member in a data folder.
   *
   * @param log the group's {@code current} folder
   * @param others the other members, {@code HOST:PORT} of their internal ports
   * @param nanos a clock that cannot be set
   * @param patience how long a start tries to reach a member that is far enough
   */
  CatchUp(
      Path dataFolder,
      Path log,
      Map<UUID, String> others,
      ShardRows store,
      PeerRows peers,
      LongSupplier nanos,
      Duration patience) {
    this.dataFolder = dataFolder;
    this.log = log;
    this.others = others;
    this.store = store;
    this.peers = peers;
    this.nanos = nanos;
    this.patience = patience;
  }

  /**
   * Writes down that the member is behind. Durable when it returns.
   *
   * @param firstIndex of the leader's log
   */
  static void need(Path dataFolder, long firstIndex) throws IOException {
    DurableFiles.write(dataFolder.resolve(FILE), UTF_8.encode(Long.toString(firstIndex)));
  }

  /**
   * Catches up, if that was written down. Blocks.
   *
   * @throws IOException with one clear line if no other member could be asked
   */
  void run() throws IOException {
    Path file = dataFolder.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    long firstIndex = firstIndex(file);
    LogPosition reached = takeFromAnybody(firstIndex);
    DurableFiles.delete(file);
    LOG.infof("caught up to %s by %d bytes of rows", reached, takenBytes);
  }

  private static long firstIndex(Path file) throws IOException {
    String text = Files.readString(file).strip();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          "%s must hold the index of a log entry, found '%s'".formatted(file, text), e);
    }
  }

  private LogPosition takeFromAnybody(long firstIndex) throws IOException {
    long end = nanos.getAsLong() + patience.toNanos();
    IOException last = null;
    do {
      for (Map.Entry<UUID, String> member : others.entrySet()) {
        try {
          AppliedShards applied = await(peers.applied(member.getKey(), member.getValue()));
          if (applied.at().index() + 1 < firstIndex) {
            throw new IOException(
                "it has applied up to %s only, and the log begins at %d"
                    .formatted(applied.at(), firstIndex));
          }
          return takeAll(member.getKey(), member.getValue(), applied);
        } catch (IOException e) {
          LOG.infof("member %s cannot be asked for rows: %s", member.getKey(), e.getMessage());
          last = e;
        }
      }
      pause(PAUSE);
    } while (nanos.getAsLong() < end);
    throw new IOException(
        "this member is behind the log of its group, and none of the others could be asked for rows: "
            + (last == null ? "there is none" : last.getMessage()),
        last);
  }

  private LogPosition takeAll(UUID member, String address, AppliedShards first) throws IOException {
    AppliedShards applied = first;
    for (int round = 1; ; round++) {
      long began = nanos.getAsLong();
      for (ShardRef shard : applied.shards()) {
        take(member, address, shard);
      }
      if (round == MOST_ROUNDS || nanos.getAsLong() - began <= LAST_ROUND.toNanos()) {
        // Asked for after the rows: it is no older than they are.
        ByteBuffer configuration = await(peers.configuration(member, address));
        store.tookAll(applied.at(), new HashSet<>(applied.shards()));
        replaceLog(configuration);
        return applied.at();
      }
      applied = await(peers.applied(member, address));
    }
  }

  private void take(UUID member, String address, ShardRef shard) throws IOException {
    boolean isLast = false;
    while (!isLast) {
      long from = next.computeIfAbsent(shard, store::nextRow);
      long began = nanos.getAsLong();
      Optional<RowPage> page = await(peers.rows(member, address, shard, from, PAGE_BYTES));
      if (page.isEmpty()) {
        // Dropped since: so says the log that follows.
        return;
      }
      RowPage found = page.get();
      if (!found.rows().isEmpty()) {
        takeRows(shard, found.rows());
      }
      next.put(shard, found.next());
      long bytes = found.rows().stream().mapToLong(row -> row.bytes().remaining()).sum();
      takenBytes += bytes;
      isLast = found.isLast();
      long due = began + bytes * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND;
      pause(Duration.ofNanos(Math.max(0, due - nanos.getAsLong())));
    }
  }

  /** Whose rows do not continue those that are here is not the one to take them from. */
  private void takeRows(ShardRef shard, List<StoredRow> rows) throws IOException {
    try {
      store.takeRows(shard, rows);
    } catch (ReplicasDifferException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Deletes the segments of the log. All that they said and that was committed is in the rows and
   * in the configuration: the log ended before that of the leader begins.
   */
  private void replaceLog(ByteBuffer configuration) throws IOException {
    if (!Files.exists(log)) {
      // A disk that joins has none; Ratis forms it, and what follows says who the members are.
      return;
    }
    DurableFiles.write(log.resolve(GroupConfiguration.FILE), configuration);
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(log, "log_*")) {
      for (Path segment : segments) {
        Files.delete(segment);
      }
    }
    DurableFiles.forceFolder(log);
  }

  private static <T> T await(CompletionStage<T> answer) throws IOException {
    try {
      return answer.toCompletableFuture().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e.getCause() == null ? e.toString() : e.getCause().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while rows were taken", e);
    }
  }

  private static void pause(Duration time) throws IOException {
    await(
        new CompletableFuture<Boolean>()
            .completeOnTimeout(true, time.toNanos(), TimeUnit.NANOSECONDS));
  }
}
