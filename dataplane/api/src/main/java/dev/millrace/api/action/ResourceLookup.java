// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamDefinition;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Finds and changes the resource that an ARN names: a stream or a consumer.
 *
 * @param editor changes streams
 */
public record ResourceLookup(StreamEditor editor) {
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

  public Checked<Resource> find(String arn) {
    return stream(arn).then(stream -> resource(stream, arn));
  }

  /** Changes a resource that is ACTIVE. */
  public CompletionStage<Answer> edit(String arn, Function<Resource, Checked<Edit>> decide) {
    return stream(arn)
        .fold(
            known ->
                editor.edit(
                    Optional.of(known.name().text()),
                    Optional.empty(),
                    stream ->
                        editor
                            .serving(stream)
                            .then(is -> resource(is, arn))
                            .then(this::active)
                            .then(decide)),
            error -> new Answer.Failure(error).now());
  }

  /** Finds the stream. Unlike elsewhere, the error for an unknown stream contains the whole ARN. */
  private Checked<StreamDefinition> stream(String arn) {
    String streamArn = streamArn(arn);
    return editor
        .streams()
        .find(Optional.empty(), Optional.of(streamArn))
        .fold(
            entry -> Checked.good(entry.definition()),
            error -> Checked.bad(editor.streams().notFound(streamArn)));
  }

  private Checked<Resource> active(Resource resource) {
    return resource
        .consumer()
        .filter(is -> is.status() != ConsumerStatus.ACTIVE)
        .<Checked<Resource>>map(
            is ->
                Checked.bad(
                    KinesisError.inUse(
                        "Consumer %s with creation timestamp %d under stream %s and account %s is not in ACTIVE status."
                            .formatted(
                                is.name(),
                                is.creationSecond(),
                                resource.stream().name(),
                                editor.streams().account()))))
        .orElseGet(() -> Checked.good(resource));
  }

  private static String streamArn(String arn) {
    int consumer = arn.indexOf(CONSUMER);
    return consumer < 0 ? arn : arn.substring(0, consumer);
  }

  private Checked<Resource> resource(StreamDefinition stream, String arn) {
    if (!arn.contains(CONSUMER)) {
      return Checked.good(new Resource(stream, Optional.empty()));
    }
    return stream.consumers().values().stream()
        .filter(consumer -> editor.streams().consumerArn(stream, consumer).equals(arn))
        .findAny()
        .map(consumer -> Checked.good(new Resource(stream, Optional.of(consumer))))
        .orElseGet(() -> Checked.bad(editor.streams().consumerNotFound(arn)));
  }
}
