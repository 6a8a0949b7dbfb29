// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A subscription that waits for a shard's next record is woken by it. */
class ShardTailsTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  /** Large enough that a tail that is not read is removed. */
  private static final RecordBatch LARGE =
      new RecordBatch.Builder(600 << 10)
          .add(new byte[1], new byte[600 << 10], 0, 600 << 10)
          .build();

  /** Runs a task between the lookup of a tail and its use. */
  private static final class AppendingMap extends ConcurrentHashMap<ShardRef, ShardTails.Tail> {
    private static final long serialVersionUID = 1L;
    private transient Runnable next = () -> {};

    private ShardTails.Tail then(ShardTails.Tail found) {
      Runnable now = next;
      next = () -> {};
      now.run();
      return found;
    }

    @Override
    public ShardTails.Tail computeIfAbsent(
        ShardRef key, Function<? super ShardRef, ? extends ShardTails.Tail> make) {
      return then(super.computeIfAbsent(key, make));
    }

    @Override
    public ShardTails.Tail compute(
        ShardRef key,
        BiFunction<? super ShardRef, ? super ShardTails.Tail, ? extends ShardTails.Tail> change) {
      return then(super.compute(key, change));
    }
  }

  @Test
  void aTailThatIsLetGoTakesNoWaiterWithIt() {
    AppendingMap map = new AppendingMap();
    ShardTails tails = new ShardTails(map);
    tails.await(SHARD).complete(null);
    tails.appended(SHARD, 1, 5, LARGE);
    map.next = () -> tails.appended(SHARD, 2, 5, LARGE);
    CompletableFuture<Void> waiter = tails.await(SHARD);
    tails.appended(SHARD, 3, 5, LARGE);
    assertThat(waiter).isCompleted();
  }

  @Test
  void aTailThatNobodyAsksForIsLetGo() {
    AppendingMap map = new AppendingMap();
    ShardTails tails = new ShardTails(map);
    CompletableFuture<Void> waiter = tails.await(SHARD);
    tails.appended(SHARD, 1, 5, LARGE);
    assertThat(waiter).isCompleted();
    tails.appended(SHARD, 2, 5, LARGE);
    assertThat(map).isEmpty();
  }
}
