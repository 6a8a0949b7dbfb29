// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A consumer has one subscription to a shard, and the leader knows how far it has come. */
class ShardSubscriptionsTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final ConsumerRef CONSUMER = new ConsumerRef("c", 1_700_000_000L);
  private static final long NOW = 1_700_000_000_000L;
  private static final long PROTECTED = ShardSubscriptions.PROTECTED.toMillis();
  private static final long LONGEST = ShardSubscriptions.LONGEST.toMillis();

  private final ShardSubscriptions subscriptions = new ShardSubscriptions(2);

  private SubscriptionRef begun(long nowMillis) {
    return begun(CONSUMER, nowMillis);
  }

  private SubscriptionRef begun(ConsumerRef consumer, long nowMillis) {
    return new SubscriptionRef(
        SHARD, consumer, subscriptions.begin(SHARD, consumer, nowMillis).orElseThrow());
  }

  private List<SubscriptionState> states(long nextPosition, long nowMillis) {
    return subscriptions.states(shard -> Optional.of(nextPosition), nowMillis, 10);
  }

  private static SubscriptionState state(boolean active, long lagMillis) {
    return new SubscriptionState(SHARD, CONSUMER, active, lagMillis);
  }

  @Test
  void aSecondSubscriptionWaitsFiveSecondsWhetherOrNotTheFirstHasEnded() {
    SubscriptionRef first = begun(NOW);
    assertThat(subscriptions.begin(SHARD, CONSUMER, NOW + PROTECTED - 1)).isEmpty();
    subscriptions.end(first, 0);
    assertThat(subscriptions.begin(SHARD, CONSUMER, NOW + PROTECTED - 1)).isEmpty();
    assertThat(subscriptions.begin(SHARD, CONSUMER, NOW + PROTECTED)).isPresent();
  }

  @Test
  void otherConsumersAndOtherIncarnationsAreNotInTheWay() {
    begun(NOW);
    assertThat(begun(new ConsumerRef("c", CONSUMER.creationSecond() + 1), NOW).id())
        .isGreaterThan(NOW);
  }

  @Test
  void aReplacedSubscriptionLearnsOfItWhenItReads() {
    SubscriptionRef first = begun(NOW);
    assertThat(subscriptions.reads(first, 3)).isTrue();
    SubscriptionRef second = begun(NOW + PROTECTED);
    assertThat(subscriptions.reads(first, 3)).isFalse();
    assertThat(subscriptions.isCurrent(first)).isFalse();
    assertThat(subscriptions.reads(second, 3)).isTrue();
  }

  @Test
  void aClockThatWasSetBackProtectsNobodyForLonger() {
    begun(NOW);
    SubscriptionRef second = begun(NOW - 3_600_000);
    assertThat(second.id()).as("later subscriptions have greater ids").isGreaterThan(NOW);
  }

  @Test
  void aLeaderThatHasForgottenLearnsFromTheReadersWhichIsTheLater() {
    SubscriptionRef replaced = new SubscriptionRef(SHARD, CONSUMER, NOW);
    SubscriptionRef current = new SubscriptionRef(SHARD, CONSUMER, NOW + PROTECTED);
    assertThat(subscriptions.reads(replaced, 0)).isTrue();
    assertThat(subscriptions.reads(current, 0)).isTrue();
    assertThat(subscriptions.reads(replaced, 0)).isFalse();
    assertThat(subscriptions.begin(SHARD, CONSUMER, NOW + PROTECTED + 1)).isEmpty();
  }

  @Test
  void theLagIsTheAgeOfTheRecordThatIsSentNext() {
    SubscriptionRef subscription = begun(NOW);
    subscriptions.reads(subscription, 5);
    assertThat(states(5, NOW + 100)).containsExactly(state(true, 0));
    subscriptions.appended(SHARD, 7, NOW + 100);
    subscriptions.appended(SHARD, 9, NOW + 400);
    assertThat(states(10, NOW + 600)).containsExactly(state(true, 500));
    subscriptions.sends(subscription, NOW + 100);
    assertThat(states(10, NOW + 700)).containsExactly(state(true, 600));
    subscriptions.reads(subscription, 10);
    assertThat(states(10, NOW + 800)).containsExactly(state(true, 0));
  }

  @Test
  void whereASubscriptionEndedIsKnownAndItsLagGrows() {
    SubscriptionRef subscription = begun(NOW);
    subscriptions.reads(subscription, 5);
    subscriptions.end(subscription, 5);
    subscriptions.appended(SHARD, 5, NOW + 100);
    assertThat(states(6, NOW + 60_100)).containsExactly(state(false, 60_000));
  }

  @Test
  void whoHasBeenSentTheEndOfAShardDoesNotLag() {
    SubscriptionRef subscription = begun(NOW);
    subscriptions.reads(subscription, 5);
    subscriptions.sends(subscription, NOW);
    subscriptions.end(subscription, 6);
    assertThat(states(6, NOW + 60_000)).containsExactly(state(false, 0));
  }

  @Test
  void aSubscriptionWhoseFrontWasKilledIsOverAfterItsLifetime() {
    begun(NOW);
    assertThat(states(1, NOW + LONGEST - 1)).containsExactly(state(true, 0));
    assertThat(states(1, NOW + LONGEST)).containsExactly(state(false, 0));
  }

  @Test
  void whatIsOverGivesWayAndWhatIsOpenDoesNot() {
    ConsumerRef b = new ConsumerRef("b", 1);
    ConsumerRef d = new ConsumerRef("d", 1);
    SubscriptionRef ended = begun(NOW);
    begun(b, NOW + 1);
    assertThatThrownBy(() -> subscriptions.begin(SHARD, d, NOW + PROTECTED))
        .isInstanceOf(LogRefusedException.class);
    subscriptions.end(ended, 0);
    begun(d, NOW + PROTECTED);
    assertThat(states(1, NOW + PROTECTED))
        .extracting(SubscriptionState::consumer)
        .containsExactly(d, b);
  }

  @Test
  void aShardThatIsGoneIsForgotten() {
    begun(NOW);
    assertThat(subscriptions.states(shard -> Optional.empty(), NOW, 10)).isEmpty();
    begun(new ConsumerRef("b", 1), NOW);
    begun(new ConsumerRef("d", 1), NOW);
  }
}
