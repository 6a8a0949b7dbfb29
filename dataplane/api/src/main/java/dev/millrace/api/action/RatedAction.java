// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.CallRates;
import dev.millrace.core.shard.ShardId;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Limits an action to the rate at which the service allows it.
 *
 * @param action the action to perform
 * @param streams the account, for error messages
 * @param rates counts calls
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public record RatedAction(Action action, StreamLookup streams, CallRates rates) implements Action {

  /** What a rate applies to. */
  private enum Subject {
    ACCOUNT,
    STREAM,
    SHARD,
    CONSUMER_OF_SHARD
  }

  /**
   * @param perSecond permitted calls per second
   * @param subject each of these has its own count
   */
  private record Rate(int perSecond, Subject subject) {}

  /** The rate of an operation; empty where the shard's own limits count calls or records. */
  private static Optional<Rate> rate(Operation operation) {
    return switch (operation) {
      case PUT_RECORD, PUT_RECORDS, GET_RECORDS -> Optional.empty();
      case GET_SHARD_ITERATOR -> Optional.of(new Rate(5, Subject.SHARD));
      case SUBSCRIBE_TO_SHARD -> Optional.of(new Rate(1, Subject.CONSUMER_OF_SHARD));
      case DESCRIBE_LIMITS -> Optional.of(new Rate(1, Subject.ACCOUNT));
      case DESCRIBE_STREAM, UPDATE_SHARD_COUNT -> Optional.of(new Rate(10, Subject.ACCOUNT));
      case DESCRIBE_STREAM_SUMMARY -> Optional.of(new Rate(20, Subject.ACCOUNT));
      case DESCRIBE_STREAM_CONSUMER -> Optional.of(new Rate(20, Subject.STREAM));
      case LIST_SHARDS -> Optional.of(new Rate(1000, Subject.STREAM));
      case DECREASE_STREAM_RETENTION_PERIOD,
          DEREGISTER_STREAM_CONSUMER,
          DISABLE_ENHANCED_MONITORING,
          ENABLE_ENHANCED_MONITORING,
          INCREASE_STREAM_RETENTION_PERIOD,
          LIST_STREAM_CONSUMERS,
          UPDATE_MAX_RECORD_SIZE,
          UPDATE_STREAM_MODE ->
          Optional.of(new Rate(5, Subject.STREAM));
      default -> Optional.of(new Rate(5, Subject.ACCOUNT));
    };
  }

  @Override
  public Operation operation() {
    return action.operation();
  }

  @Override
  public StructureShape input() {
    return action.input();
  }

  @Override
  public List<Member<?>> alsoRequired(Structure input) {
    return action.alsoRequired(input);
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Optional<Rate> rate = rate(operation());
    if (rate.isEmpty()) {
      return action.perform(call);
    }
    Optional<String> stream = stream(call.input());
    String subject = operation() + " " + subject(rate.get().subject(), stream, call.input());
    return rates.admit(subject, rate.get().perSecond())
        ? action.perform(call)
        : new Answer.Failure(rateExceeded(rate.get().subject(), stream, call.input())).now();
  }

  private static String subject(Subject subject, Optional<String> stream, Structure input) {
    return switch (subject) {
      case ACCOUNT -> "";
      case STREAM -> stream.orElse("");
      case SHARD -> stream.orElse("") + " " + shard(input);
      case CONSUMER_OF_SHARD -> input.text("ConsumerARN").orElse("") + " " + shard(input);
    };
  }

  private KinesisError rateExceeded(Subject subject, Optional<String> stream, Structure input) {
    if (subject == Subject.SHARD) {
      return new KinesisError(
          KinesisError.Name.PROVISIONED_THROUGHPUT_EXCEEDED,
          "Rate exceeded for shard %s in stream %s under account %s."
              .formatted(shard(input), Excerpt.of(stream.orElse("")), streams.account()));
    }
    return KinesisError.limitExceeded(
        stream
            .map(
                name ->
                    "Rate exceeded for stream %s under account %s."
                        .formatted(Excerpt.of(name), streams.account()))
            .orElseGet(() -> "Rate exceeded for account %s.".formatted(streams.account())));
  }

  private static String shard(Structure input) {
    String text = input.text("ShardId").orElse("");
    return ShardId.parse(text).map(ShardId::toString).orElse(text);
  }

  private static Optional<String> stream(Structure input) {
    return input
        .text("StreamName")
        .or(
            () ->
                input.text("StreamARN").or(() -> input.text("ConsumerARN")).map(RatedAction::name));
  }

  /** The stream's name in its ARN or in the ARN of one of its consumers. */
  private static String name(String arn) {
    return arn.substring(arn.indexOf('/') + 1).split("/", 2)[0];
  }
}
