// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.stream.ShardRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Keeps the most recent records of shards that have subscriptions, so that subscriptions at the tip
 * are served from memory, and wakes those that wait for more. Keeps nothing for shards without
 * subscriptions. Callable from any thread.
 */
public final class ShardTails {
  /**
   * Most bytes that are kept for a shard; a subscription that is further behind reads the store.
   */
  private static final long BYTES_PER_SHARD = 512 << 10;

  private static final int BATCHES_PER_SHARD = 4096;

  private final ConcurrentMap<ShardRef, Tail> tails;

  /** Records that were appended together. */
  private record TailBatch(long firstPosition, long arrivalMillis, RecordBatch records) {
    long nextPosition() {
      return firstPosition + records.count();
    }
  }

  static final class Tail {
    private final Deque<TailBatch> recent = new ArrayDeque<>();
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private long bytes;

    /**
     * Bytes appended since the tail was last read; the tail is removed when this grows too large.
     */
    private long bytesUnasked;
  }

  public ShardTails() {
    this(new ConcurrentHashMap<>());
  }

  /**
   * Creates empty tails.
   *
   * @param tails holds the tails by shard; tests pass their own
   */
  ShardTails(ConcurrentMap<ShardRef, Tail> tails) {
    this.tails = tails;
  }

  /** Adds committed records and wakes those that wait for them. */
  void appended(ShardRef shard, long firstPosition, long arrivalMillis, RecordBatch records) {
    Tail tail = tails.get(shard);
    if (tail == null) {
      return;
    }
    List<CompletableFuture<Void>> awake;
    boolean unasked;
    synchronized (tail) {
      TailBatch last = tail.recent.peekLast();
      if (last != null && last.nextPosition() > firstPosition) {
        // Callbacks ran out of order; readers fall back to the store.
        tail.recent.clear();
        tail.bytes = 0;
      } else {
        tail.recent.add(new TailBatch(firstPosition, arrivalMillis, records));
        tail.bytes += records.sizeBytes();
        tail.bytesUnasked += records.sizeBytes();
        while (tail.bytes > BYTES_PER_SHARD || tail.recent.size() > BATCHES_PER_SHARD) {
          tail.bytes -= tail.recent.remove().records().sizeBytes();
        }
      }
      awake = tail.waiting;
      tail.waiting = new ArrayList<>();
      unasked = awake.isEmpty() && tail.bytesUnasked > BYTES_PER_SHARD;
    }
    awake.forEach(waiter -> waiter.complete(null));
    if (unasked) {
      removeIdle(shard);
    }
  }

  /** Starts to keep the records of a shard. The future completes when the next are appended. */
  CompletableFuture<Void> await(ShardRef shard) {
    CompletableFuture<Void> more = new CompletableFuture<>();
    // Atomic with the lookup: a tail that is removed in between would never wake the waiter.
    tails.compute(
        shard,
        (ref, found) -> {
          Tail tail = found == null ? new Tail() : found;
          synchronized (tail) {
            tail.waiting.add(more);
            tail.bytesUnasked = 0;
          }
          return tail;
        });
    return more;
  }

  private void removeIdle(ShardRef shard) {
    tails.computeIfPresent(
        shard,
        (ref, tail) -> {
          synchronized (tail) {
            return tail.waiting.isEmpty() && tail.bytesUnasked > BYTES_PER_SHARD ? null : tail;
          }
        });
  }

  /** Stops waiting; removes a tail without waiters. */
  void giveUp(ShardRef shard, CompletableFuture<Void> waiter) {
    tails.computeIfPresent(
        shard,
        (ref, tail) -> {
          synchronized (tail) {
            tail.waiting.removeIf(each -> each == waiter);
            return tail.waiting.isEmpty() ? null : tail;
          }
        });
  }

  /**
   * Returns records from a position, if all of them are in memory.
   *
   * @return empty when the store has to be read
   */
  Optional<List<StoredRecord>> from(ShardRef shard, long fromPosition, long maxBytes) {
    Tail tail = tails.get(shard);
    if (tail == null) {
      return Optional.empty();
    }
    List<TailBatch> parts = new ArrayList<>();
    synchronized (tail) {
      tail.bytesUnasked = 0;
      long next = -1;
      for (TailBatch part : tail.recent) {
        boolean follows = next == part.firstPosition();
        boolean begins =
            next < 0 && part.firstPosition() <= fromPosition && fromPosition < part.nextPosition();
        if (begins || follows) {
          parts.add(part);
          next = part.nextPosition();
        } else if (next >= 0) {
          break;
        }
      }
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    List<StoredRecord> records = new ArrayList<>();
    long bytes = 0;
    for (TailBatch part : parts) {
      long position = part.firstPosition();
      for (RecordBatch.Entry entry : part.records().entries()) {
        if (position >= fromPosition) {
          bytes += entry.partitionKey().remaining() + entry.data().remaining();
          if (bytes > maxBytes && !records.isEmpty()) {
            return Optional.of(records);
          }
          records.add(
              new StoredRecord(
                  position,
                  part.arrivalMillis(),
                  entry.partitionKey(),
                  entry.data(),
                  part.records().protection() instanceof RecordProtection.Requested));
        }
        position++;
      }
    }
    return Optional.of(records);
  }
}
