package dev.millrace.server.action;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.CallRates;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.server.routing.StreamLookup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * An action that may be asked for only as often as the service allows, whoever asks.
 *
 * @param action what is done
 * @param streams words the refusal
 * @param rates counts
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public record RatedAction(Action action, StreamLookup streams, CallRates rates) implements Action {

  /**
   * A rate of calls.
   *
   * @param perSecond how many
   * @param ofStream whether each stream has its own, else the account has one
   */
  private record Rate(int perSecond, boolean ofStream) {}

  /** Empty where the shard's own limits count. */
  private static Optional<Rate> rate(Operation operation) {
    return switch (operation) {
      case PUT_RECORD, PUT_RECORDS, GET_RECORDS, SUBSCRIBE_TO_SHARD -> Optional.empty();
      case GET_SHARD_ITERATOR -> Optional.empty();
      case DESCRIBE_LIMITS -> Optional.of(new Rate(1, false));
      case DESCRIBE_STREAM, UPDATE_SHARD_COUNT -> Optional.of(new Rate(10, false));
      case DESCRIBE_STREAM_SUMMARY -> Optional.of(new Rate(20, false));
      case DESCRIBE_STREAM_CONSUMER -> Optional.of(new Rate(20, true));
      case LIST_SHARDS -> Optional.of(new Rate(1000, true));
      case DECREASE_STREAM_RETENTION_PERIOD,
          DEREGISTER_STREAM_CONSUMER,
          DISABLE_ENHANCED_MONITORING,
          ENABLE_ENHANCED_MONITORING,
          INCREASE_STREAM_RETENTION_PERIOD,
          LIST_STREAM_CONSUMERS,
          UPDATE_MAX_RECORD_SIZE,
          UPDATE_STREAM_MODE ->
          Optional.of(new Rate(5, true));
      default -> Optional.of(new Rate(5, false));
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
    String subject = operation() + (rate.get().ofStream() ? " " + stream.orElse("") : "");
    return rates.admit(subject, rate.get().perSecond())
        ? action.perform(call)
        : new Answer.Refused(
                KinesisError.limitExceeded(
                    stream
                        .map(
                            name ->
                                "Rate exceeded for stream %s under account %s."
                                    .formatted(name, streams.account()))
                        .orElseGet(
                            () -> "Rate exceeded for account %s.".formatted(streams.account()))))
            .now();
  }

  private static Optional<String> stream(Structure input) {
    return input
        .text("StreamName")
        .or(() -> input.text("StreamARN").map(arn -> arn.substring(arn.indexOf('/') + 1)));
  }
}
