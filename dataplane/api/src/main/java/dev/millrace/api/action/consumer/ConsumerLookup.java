// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import java.util.Optional;

/**
 * Finds the consumer that a request names by its ARN, by its name and its stream's ARN, or by all
 * of these if they agree.
 *
 * @param streams looks up streams
 */
record ConsumerLookup(StreamLookup streams) {
  private static final String CONSUMER = "/consumer/";

  /** A consumer of a stream. */
  record RegisteredConsumer(StreamDefinition stream, ConsumerDefinition consumer) {}

  /** Returns the ARN of the stream, from either member. */
  Checked<String> streamArn(Optional<String> streamArn, Optional<String> consumerArn) {
    Optional<String> within = consumerArn.map(arn -> arn.substring(0, arn.indexOf(CONSUMER)));
    if (streamArn.isPresent() && within.isPresent() && !streamArn.equals(within)) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "StreamARN %s and ConsumerARN %s do not agree."
                  .formatted(Excerpt.of(streamArn.get()), Excerpt.of(consumerArn.orElseThrow()))));
    }
    return streamArn
        .or(() -> within)
        .map(Checked::good)
        .orElseGet(
            () ->
                Checked.bad(
                    KinesisError.invalidArgument(
                        "Either ConsumerARN, or both StreamARN and ConsumerName, must be given.")));
  }

  /** Finds the consumer in its stream. */
  Checked<RegisteredConsumer> find(
      StreamDefinition stream, Optional<String> name, Optional<String> consumerArn) {
    if (name.isEmpty() && consumerArn.isEmpty()) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "Either ConsumerARN, or both StreamARN and ConsumerName, must be given."));
    }
    for (ConsumerDefinition consumer : stream.consumers().values()) {
      boolean nameMatches = name.map(consumer.name()::equals).orElse(true);
      boolean arnMatches =
          consumerArn.map(streams.consumerArn(stream, consumer)::equals).orElse(true);
      if (nameMatches && arnMatches) {
        return Checked.good(new RegisteredConsumer(stream, consumer));
      }
      if (consumerArn.isPresent() && arnMatches) {
        return Checked.bad(
            KinesisError.invalidArgument(
                "ConsumerName %s and ConsumerARN %s do not agree."
                    .formatted(name.orElseThrow(), Excerpt.of(consumerArn.get()))));
      }
    }
    return Checked.bad(
        streams.consumerNotFound(
            consumerArn.orElseGet(
                () -> streams.arn(stream.name()) + CONSUMER + name.orElseThrow())));
  }
}
