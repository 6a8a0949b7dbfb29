// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.stream.ConsumerClaim;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything the planner knows about a consumer.
 *
 * @param namespace of the StreamConsumer object
 * @param name its {@code metadata.name}
 * @param uid its {@code metadata.uid}
 * @param generation of its spec
 * @param creation {@code metadata.creationTimestamp}
 * @param deleting whether it is being deleted
 * @param spec its desired state
 * @param status its last written status; empty if there is none yet
 * @param stream the stream that it names; empty if there is none that is served under its name
 * @param rivals claims of other StreamConsumers on the same consumer name of that stream
 * @param subscriptions what pods report of all consumers of that stream
 */
public record ObservedConsumer(
    String namespace,
    String name,
    String uid,
    long generation,
    Instant creation,
    boolean deleting,
    StreamConsumerSpec spec,
    Optional<StreamConsumerStatus> status,
    Optional<ConsumedStream> stream,
    List<ConsumerClaim> rivals,
    List<ShardSubscription> subscriptions) {

  public ObservedConsumer {
    rivals = List.copyOf(rivals);
    subscriptions = List.copyOf(subscriptions);
  }

  /** Its claim on its name. */
  public ConsumerClaim claim() {
    return new ConsumerClaim(
        uid, creation, consumerName(), status.map(StreamConsumerStatus::consumerARN));
  }

  /** The consumer's name in the Kinesis API. */
  public String consumerName() {
    return Optional.ofNullable(spec.consumerName()).orElse(name);
  }

  /** The consumer, if it has its name. */
  public ConsumerRef ref() {
    return claim().ref();
  }

  /** Whether another object has the consumer's name. */
  public boolean isNameTaken() {
    List<ConsumerClaim> claims = new ArrayList<>(rivals);
    claims.add(claim());
    return ConsumerClaim.holder(claims).filter(holder -> !holder.uid().equals(uid)).isPresent();
  }

  /** What pods report of this consumer. */
  public List<ShardSubscription> ownSubscriptions() {
    return subscriptions.stream()
        .filter(
            subscription ->
                new ConsumerRef(subscription.consumer(), subscription.consumerCreationSecond())
                    .equals(ref()))
        .toList();
  }
}
