package dev.millrace.server.routing;

import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was just appended to shards that somebody subscribes to, so that all subscriptions at the
 * tip are served from memory, and those who wait for more. A shard without subscriptions keeps
 * nothing here. Callable from any thread.
 */
public final class ShardTails {
  /** What one shard keeps; a subscription that is further behind reads the store. */
  private static final long BYTES_PER_SHARD = 512 << 10;

  private static final int BATCHES_PER_SHARD = 4096;

  private final Map<ShardRef, Tail> tails = new ConcurrentHashMap<>();

  /** Records that were appended together. */
  private record Appended(long firstPosition, long arrivalMillis, RecordBatch records) {
    long nextPosition() {
      return firstPosition + records.count();
    }
  }

  private static final class Tail {
    private final Deque<Appended> recent = new ArrayDeque<>();
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private long bytes;

    /** Since somebody last asked: who asks no more lets the tail go. */
    private long bytesUnasked;
  }

  /** Notes records that were committed; those who wait for them go on. */
  void appended(ShardRef shard, long firstPosition, long arrivalMillis, RecordBatch records) {
    Tail tail = tails.get(shard);
    if (tail == null) {
      return;
    }
    List<CompletableFuture<Void>> awake;
    synchronized (tail) {
      Appended last = tail.recent.peekLast();
      if (last != null && last.nextPosition() > firstPosition) {
        // Callbacks came out of order; the store has it all.
        tail.recent.clear();
        tail.bytes = 0;
      } else {
        tail.recent.add(new Appended(firstPosition, arrivalMillis, records));
        tail.bytes += records.sizeBytes();
        tail.bytesUnasked += records.sizeBytes();
        while (tail.bytes > BYTES_PER_SHARD || tail.recent.size() > BATCHES_PER_SHARD) {
          tail.bytes -= tail.recent.remove().records().sizeBytes();
        }
      }
      awake = tail.waiting;
      tail.waiting = new ArrayList<>();
      if (awake.isEmpty() && tail.bytesUnasked > BYTES_PER_SHARD) {
        tails.remove(shard, tail);
      }
    }
    awake.forEach(waiter -> waiter.complete(null));
  }

  /** Begins to keep what a shard gets; completes when more comes. */
  CompletableFuture<Void> await(ShardRef shard) {
    Tail tail = tails.computeIfAbsent(shard, ref -> new Tail());
    CompletableFuture<Void> more = new CompletableFuture<>();
    synchronized (tail) {
      tail.waiting.add(more);
      tail.bytesUnasked = 0;
    }
    return more;
  }

  /** Gives up waiting; a tail that nobody waits for is let go. */
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
   * Records from a position on, if all of them are in memory.
   *
   * @return empty when the store has to be asked
   */
  Optional<List<StoredRecord>> from(ShardRef shard, long fromPosition, long maxBytes) {
    Tail tail = tails.get(shard);
    if (tail == null) {
      return Optional.empty();
    }
    List<Appended> parts = new ArrayList<>();
    synchronized (tail) {
      tail.bytesUnasked = 0;
      long next = -1;
      for (Appended part : tail.recent) {
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
    for (Appended part : parts) {
      long position = part.firstPosition();
      for (RecordBatch.Entry entry : part.records().entries()) {
        if (position >= fromPosition) {
          bytes += entry.partitionKey().remaining() + entry.data().remaining();
          if (bytes > maxBytes && !records.isEmpty()) {
            return Optional.of(records);
          }
          records.add(
              new StoredRecord(position, part.arrivalMillis(), entry.partitionKey(), entry.data()));
        }
        position++;
      }
    }
    return Optional.of(records);
  }
}
