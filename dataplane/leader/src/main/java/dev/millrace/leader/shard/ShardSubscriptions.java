// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions to the shards of this process, as their leader knows them: for each consumer
 * and shard the latest one, at whichever front it is, and how far it has read. The leader decides
 * which subscription is the current one, since fronts do not know each other's.
 *
 * <p>Nothing of this is stored. A leader that has just started knows no subscription and learns of
 * each when it next reads, after two seconds at most; the id says when it began. Until then a
 * second subscription is accepted even if the first is younger than five seconds.
 *
 * <p>Callable from any thread; never blocks for long.
 */
final class ShardSubscriptions {
  /** For how long a subscription cannot be replaced. */
  static final Duration PROTECTED = Duration.ofSeconds(5);

  /**
   * After this time a subscription is over even if its front has not said so, because it was
   * killed: the lifetime of a subscription, and time for its last event.
   */
  static final Duration LONGEST = ShardLeader.SUBSCRIPTION_LIFETIME.plusSeconds(10);

  /** Most subscriptions that are known, including the last ones of consumers that have none now. */
  static final int MOST_SUBSCRIPTIONS = 10_000;

  private static final long UNKNOWN = -1;

  private final Map<ShardRef, Map<ConsumerRef, Cursor>> shards = new HashMap<>();
  private final int most;
  private long lastId;

  /** Changes under the lock; read without it, so that appends seldom take it. */
  private final AtomicInteger count = new AtomicInteger();

  ShardSubscriptions() {
    this(MOST_SUBSCRIPTIONS);
  }

  /**
   * Creates an empty instance.
   *
   * @param most {@link #MOST_SUBSCRIPTIONS}, fewer in tests
   */
  ShardSubscriptions(int most) {
    this.most = most;
  }

  /** A consumer's latest subscription to a shard. */
  private static final class Cursor {
    private final long id;
    private long position = UNKNOWN;

    /** When the first record at or after the position arrived, once there is one. */
    private long nextArrivalMillis = UNKNOWN;

    private boolean ended;

    Cursor(long id) {
      this.id = id;
    }

    void moveTo(long next) {
      if (position != next) {
        position = next;
        nextArrivalMillis = UNKNOWN;
      }
    }

    /** A clock that was set back must not protect a subscription for longer. */
    boolean isProtected(long nowMillis) {
      return Math.abs(nowMillis - id) < PROTECTED.toMillis();
    }

    boolean isActive(long nowMillis) {
      return !ended && nowMillis - id < LONGEST.toMillis();
    }

    long lagMillis(long nextPosition, long nowMillis) {
      return position >= nextPosition || nextArrivalMillis == UNKNOWN
          ? 0
          : Math.max(0, nowMillis - nextArrivalMillis);
    }
  }

  /**
   * Begins a subscription, which takes the place of an earlier one.
   *
   * @return its id; empty if the consumer's last subscription to the shard is too young
   * @throws LogRefusedException if too many are known and none of them is over
   */
  synchronized Optional<Long> begin(ShardRef shard, ConsumerRef consumer, long nowMillis) {
    Cursor before = find(shard, consumer);
    if (before != null && before.isProtected(nowMillis)) {
      return Optional.empty();
    }
    if (before == null && count.get() >= most && !forgetOldest(nowMillis)) {
      throw new LogRefusedException(
          Reason.QUEUE_FULL, count.get() + " subscriptions are open in this process", null);
    }
    lastId = Math.max(lastId + 1, nowMillis);
    put(shard, consumer, new Cursor(lastId));
    return Optional.of(lastId);
  }

  /**
   * Notes that a subscription has sent everything before a position and reads on there.
   *
   * @return false if another subscription has replaced it
   */
  synchronized boolean reads(SubscriptionRef subscription, long position) {
    Cursor cursor = find(subscription.shard(), subscription.consumer());
    if (cursor != null && cursor.id > subscription.id()) {
      return false;
    }
    if (cursor == null || cursor.id < subscription.id()) {
      // It began when another process led the shard.
      if (cursor == null && count.get() >= most) {
        return true;
      }
      cursor = new Cursor(subscription.id());
      put(subscription.shard(), subscription.consumer(), cursor);
    }
    cursor.moveTo(position);
    return true;
  }

  /** Whether no other subscription has replaced this one. */
  synchronized boolean isCurrent(SubscriptionRef subscription) {
    Cursor cursor = find(subscription.shard(), subscription.consumer());
    return cursor == null || cursor.id <= subscription.id();
  }

  /** Notes when the record arrived that a subscription is sent next. */
  synchronized void sends(SubscriptionRef subscription, long arrivalMillis) {
    Cursor cursor = find(subscription.shard(), subscription.consumer());
    if (cursor != null && cursor.id == subscription.id()) {
      cursor.nextArrivalMillis = arrivalMillis;
    }
  }

  /**
   * Notes that records were appended. They are the next ones for whoever has been sent everything.
   *
   * @param lastPosition the position of the last of them
   */
  void appended(ShardRef shard, long lastPosition, long arrivalMillis) {
    if (count.get() > 0) {
      noteAppended(shard, lastPosition, arrivalMillis);
    }
  }

  private synchronized void noteAppended(ShardRef shard, long lastPosition, long arrivalMillis) {
    for (Cursor cursor : shards.getOrDefault(shard, Map.of()).values()) {
      boolean isNext = cursor.position != UNKNOWN && cursor.position <= lastPosition;
      if (isNext && cursor.nextArrivalMillis == UNKNOWN) {
        cursor.nextArrivalMillis = arrivalMillis;
      }
    }
  }

  /**
   * Ends a subscription. It still cannot be replaced until five seconds after its start.
   *
   * @param position everything before it has been sent
   */
  synchronized void end(SubscriptionRef subscription, long position) {
    Cursor cursor = find(subscription.shard(), subscription.consumer());
    if (cursor != null && cursor.id == subscription.id()) {
      cursor.moveTo(position);
      cursor.ended = true;
    }
  }

  /**
   * How far consumers have read the shards: first those with a subscription now, then those whose
   * last one began latest. Forgets the shards that do not exist any more.
   *
   * @param nextPosition the position after a shard's newest row; empty if there is no such shard
   * @param limit most elements of the list
   */
  List<SubscriptionState> states(
      Function<ShardRef, Optional<Long>> nextPosition, long nowMillis, int limit) {
    // Sorted without the lock, which writers need.
    return dated(nextPosition, nowMillis).stream()
        .sorted(
            Comparator.comparing((Dated each) -> !each.state().active())
                .thenComparing(Dated::id, Comparator.reverseOrder()))
        .limit(limit)
        .map(Dated::state)
        .toList();
  }

  private record Dated(SubscriptionState state, long id) {}

  private synchronized List<Dated> dated(
      Function<ShardRef, Optional<Long>> nextPosition, long nowMillis) {
    List<Dated> all = new ArrayList<>();
    for (ShardRef shard : List.copyOf(shards.keySet())) {
      Optional<Long> next = nextPosition.apply(shard);
      if (next.isEmpty()) {
        forget(shard);
        continue;
      }
      of(shard)
          .forEach(
              (consumer, cursor) -> {
                long lagMillis = cursor.lagMillis(next.get(), nowMillis);
                boolean active = cursor.isActive(nowMillis);
                all.add(
                    new Dated(
                        new SubscriptionState(shard, consumer, active, lagMillis), cursor.id));
              });
    }
    return all;
  }

  private @Nullable Cursor find(ShardRef shard, ConsumerRef consumer) {
    return of(shard).get(consumer);
  }

  private Map<ConsumerRef, Cursor> of(ShardRef shard) {
    return shards.getOrDefault(shard, Map.of());
  }

  private void put(ShardRef shard, ConsumerRef consumer, Cursor cursor) {
    if (shards.computeIfAbsent(shard, ref -> new HashMap<>()).put(consumer, cursor) == null) {
      count.incrementAndGet();
    }
  }

  private void forget(ShardRef shard) {
    Map<ConsumerRef, Cursor> forgotten = shards.remove(shard);
    count.addAndGet(forgotten == null ? 0 : -forgotten.size());
  }

  /** Makes room by forgetting the subscription that began first of those that are over. */
  private boolean forgetOldest(long nowMillis) {
    @Nullable SubscriptionRef oldest = null;
    for (Map.Entry<ShardRef, Map<ConsumerRef, Cursor>> shard : shards.entrySet()) {
      for (Map.Entry<ConsumerRef, Cursor> each : shard.getValue().entrySet()) {
        Cursor cursor = each.getValue();
        boolean isOver = !cursor.isActive(nowMillis) && !cursor.isProtected(nowMillis);
        if (isOver && (oldest == null || cursor.id < oldest.id())) {
          oldest = new SubscriptionRef(shard.getKey(), each.getKey(), cursor.id);
        }
      }
    }
    if (oldest == null) {
      return false;
    }
    Map<ConsumerRef, Cursor> left = of(oldest.shard());
    left.remove(oldest.consumer());
    if (left.isEmpty()) {
      shards.remove(oldest.shard());
    }
    count.decrementAndGet();
    return true;
  }
}
