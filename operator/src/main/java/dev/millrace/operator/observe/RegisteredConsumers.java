// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.stream.ConsumerClaim;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** StreamConsumers as the consumers of a stream, as a gateway sees them. */
final class RegisteredConsumers {
  private RegisteredConsumers() {}

  /**
   * The consumers of a stream.
   *
   * @param objects the StreamConsumers that name it
   */
  static List<ConsumerDefinition> of(Collection<StreamConsumer> objects) {
    Map<String, StreamConsumer> byUid = new HashMap<>();
    objects.forEach(object -> byUid.put(object.getMetadata().getUid(), object));
    return byUid.values().stream()
        .map(ConsumerObserver::claim)
        .collect(Collectors.groupingBy(ConsumerClaim::consumerName))
        .values()
        .stream()
        .flatMap(claims -> ConsumerClaim.holder(claims).stream())
        .flatMap(
            claim ->
                Optional.ofNullable(byUid.get(claim.uid())).stream()
                    .map(object -> definition(claim, object)))
        .toList();
  }

  private static ConsumerDefinition definition(ConsumerClaim claim, StreamConsumer object) {
    return new ConsumerDefinition(
        claim.consumerName(),
        claim.ref().creationSecond(),
        status(claim, object),
        new TreeMap<>(Optional.ofNullable(object.getSpec().tags()).orElse(Map.of())),
        Optional.ofNullable(object.getSpec().resourcePolicy()));
  }

  private static ConsumerStatus status(ConsumerClaim claim, StreamConsumer object) {
    if (object.getMetadata().getDeletionTimestamp() != null) {
      return ConsumerStatus.DELETING;
    }
    return Optional.ofNullable(object.getStatus())
        .filter(status -> claim.holdsName())
        .map(StreamConsumerStatus::consumerStatus)
        .map(ConsumerStatus::valueOf)
        .orElse(ConsumerStatus.CREATING);
  }
}
