// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ConsumedStream;
import dev.millrace.operator.observe.ObservedConsumer;
import dev.millrace.operator.plan.ConsumerPlan.LaggingShard;
import dev.millrace.operator.plan.ConsumerPlan.Progress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Plans the status of consumers. A consumer waits for its stream, whichever comes first; nothing
 * else has to be done for it, since gateways and leaders know it from its object.
 */
public final class ConsumerPlanner {
  /** Most shards in a status. */
  static final int MOST_SHARDS = 10;

  /** The longest consumer name. */
  static final int LONGEST_NAME = 128;

  /** How often the status of a consumer follows the reports of the pods. */
  static final Duration PROGRESS = Duration.ofMinutes(1);

  private final OperatorSettings settings;

  public ConsumerPlanner(OperatorSettings settings) {
    this.settings = settings;
  }

  /** The plan for a consumer. */
  public ConsumerPlan plan(ObservedConsumer observed) {
    AccountId account = AccountId.ofNamespace(observed.namespace());
    String name = observed.consumerName();
    if (name.length() > LONGEST_NAME) {
      return ConsumerPlan.rejecting(
          "InvalidName",
          "the consumer name must have 1 to %d characters, found %d"
              .formatted(LONGEST_NAME, name.length()),
          Optional.empty());
    }
    if (isForeign(observed.spec(), account)) {
      return ConsumerPlan.rejecting(
          "InvalidStreamARN",
          "streamARN must name a stream of account %s in region %s, found '%s'"
              .formatted(account, settings.region(), observed.spec().streamARN()),
          Optional.empty());
    }
    if (observed.stream().isEmpty()) {
      return new ConsumerPlan(
          Optional.empty(),
          Optional.of(observed.deleting() ? ConsumerStatus.DELETING : ConsumerStatus.CREATING),
          Optional.empty(),
          ConditionState.no("WaitingForStream", "there is no " + subject(observed.spec())),
          Optional.empty());
    }
    if (observed.isNameTaken()) {
      return ConsumerPlan.rejecting(
          "NameTaken",
          "another StreamConsumer is consumer %s of stream %s"
              .formatted(name, observed.stream().get().name()),
          Optional.of(RecheckDelay.NAME_TAKEN));
    }
    return plan(observed, observed.stream().get(), account);
  }

  private ConsumerPlan plan(ObservedConsumer observed, ConsumedStream stream, AccountId account) {
    Optional<String> arn =
        Optional.of(
            account.streamArn(settings.region(), stream.name()) + "/consumer/" + observed.ref());
    if (observed.deleting()) {
      return new ConsumerPlan(
          arn,
          Optional.of(ConsumerStatus.DELETING),
          Optional.empty(),
          ConditionState.no("Deleting", "the consumer is being deleted"),
          Optional.empty());
    }
    if (!stream.serving()) {
      return new ConsumerPlan(
          arn,
          Optional.of(ConsumerStatus.CREATING),
          Optional.empty(),
          ConditionState.no("WaitingForStream", "stream %s is not ACTIVE".formatted(stream.name())),
          Optional.empty());
    }
    return new ConsumerPlan(
        arn,
        Optional.of(ConsumerStatus.ACTIVE),
        Optional.of(progress(observed.ownSubscriptions())),
        ConditionState.yes(
            "Registered",
            "consumer %s of stream %s is registered"
                .formatted(observed.consumerName(), stream.name())),
        Optional.of(PROGRESS));
  }

  private boolean isForeign(StreamConsumerSpec spec, AccountId account) {
    return spec.streamARN() != null
        && account.streamOf(settings.region(), spec.streamARN()).isEmpty();
  }

  private static String subject(StreamConsumerSpec spec) {
    return spec.streamRef() != null
        ? "KinesisStream " + spec.streamRef().name() + " that has its stream name"
        : "stream " + spec.streamARN();
  }

  private static Progress progress(List<ShardSubscription> subscriptions) {
    return new Progress(
        (int) subscriptions.stream().filter(ShardSubscription::active).count(),
        subscriptions.stream().mapToLong(ShardSubscription::lagMillis).max().orElse(0),
        subscriptions.stream()
            .filter(subscription -> subscription.lagMillis() > 0)
            .sorted(
                Comparator.comparingLong(ShardSubscription::lagMillis)
                    .reversed()
                    .thenComparing(ShardSubscription::shardId))
            .limit(MOST_SHARDS)
            .map(subscription -> new LaggingShard(subscription.shardId(), subscription.lagMillis()))
            .toList());
  }
}
