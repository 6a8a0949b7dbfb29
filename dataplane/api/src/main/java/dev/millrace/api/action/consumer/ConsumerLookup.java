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
 * Finds the consumer that a request names by its ARN, or by its name and its stream's ARN, or by
 * all of them if they agree.
 *
 * @param streams the streams there are
 */
record ConsumerLookup(StreamLookup streams) {
  private static final String CONSUMER = "/consumer/";

  /** A consumer of a stream. */
  record RegisteredConsumer(StreamDefinition stream, ConsumerDefinition consumer) {}

  /** The ARN of the stream, whichever way it is named. */
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

  /** The consumer within its stream. */
  Checked<RegisteredConsumer> in(
      StreamDefinition stream, Optional<String> name, Optional<String> consumerArn) {
    if (name.isEmpty() && consumerArn.isEmpty()) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "Either ConsumerARN, or both StreamARN and ConsumerName, must be given."));
    }
    for (ConsumerDefinition consumer : stream.consumers().values()) {
      boolean named = name.map(consumer.name()::equals).orElse(true);
      boolean meant = consumerArn.map(streams.consumerArn(stream, consumer)::equals).orElse(true);
      if (named && meant) {
        return Checked.good(new RegisteredConsumer(stream, consumer));
      }
      if (consumerArn.isPresent() && meant) {
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
