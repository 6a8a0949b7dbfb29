// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Finds the resource that an ARN names: a stream or a consumer.
 *
 * @param streams looks up streams
 */
public record ResourceLookup(StreamLookup streams) {
  private static final String CONSUMER = "/consumer/";

  /**
   * @param stream the stream
   * @param consumer its consumer, if the ARN names one
   */
  public record Resource(StreamDefinition stream, Optional<ConsumerDefinition> consumer) {
    public SortedMap<String, String> tags() {
      return consumer.map(ConsumerDefinition::tags).orElseGet(() -> stream.settings().tags());
    }

    public Optional<String> policy() {
      return consumer.isPresent() ? consumer.get().policy() : stream.settings().policy();
    }

    public StreamDefinition withTags(SortedMap<String, String> tags) {
      return consumer
          .map(is -> stream.withConsumer(is.withTags(tags)))
          .orElseGet(() -> stream.withSettings(stream.settings().withTags(tags)));
    }

    public StreamDefinition withPolicy(Optional<String> policy) {
      return consumer
          .map(is -> stream.withConsumer(is.withPolicy(policy)))
          .orElseGet(() -> stream.withSettings(stream.settings().withPolicy(policy)));
    }

    /** Describes the resource in error messages, such as {@code stream orders}. */
    public String description() {
      return consumer
          .map(is -> "consumer " + is.name() + " of stream " + stream.name())
          .orElseGet(() -> "stream " + stream.name());
    }
  }

  /** The resource, or the service's error. */
  public Checked<Resource> find(String arn) {
    return stream(arn).then(stream -> resource(stream, arn));
  }

  /** Finds the stream. Unlike elsewhere, the error for an unknown stream contains the whole ARN. */
  Checked<StreamDefinition> stream(String arn) {
    String streamArn = streamArn(arn);
    return streams
        .find(Optional.empty(), Optional.of(streamArn))
        .fold(
            entry -> Checked.good(entry.definition()),
            error -> Checked.bad(streams.notFound(streamArn)));
  }

  private static String streamArn(String arn) {
    int consumer = arn.indexOf(CONSUMER);
    return consumer < 0 ? arn : arn.substring(0, consumer);
  }

  Checked<Resource> resource(StreamDefinition stream, String arn) {
    if (!arn.contains(CONSUMER)) {
      return Checked.good(new Resource(stream, Optional.empty()));
    }
    return stream.consumers().values().stream()
        .filter(consumer -> streams.consumerArn(stream, consumer).equals(arn))
        .findAny()
        .map(consumer -> Checked.good(new Resource(stream, Optional.of(consumer))))
        .orElseGet(() -> Checked.bad(streams.consumerNotFound(arn)));
  }
}
