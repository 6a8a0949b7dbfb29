package dev.millrace.server.action;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Validation;
import dev.millrace.protocol.shape.CreateStreamInput;
import dev.millrace.protocol.shape.StreamModeDetails;
import dev.millrace.server.routing.StreamLookup;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Creates a stream: CREATING at once, ACTIVE when its shards are open.
 *
 * @param streams the streams there are
 * @param controller opens the shards
 * @param clock stamps the creation
 * @param newStreamBits random bits for the stream's id
 * @param instant whether to answer only when the stream is ACTIVE
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">CreateStream</a>
 */
public record CreateStreamAction(
    StreamLookup streams,
    StreamController controller,
    InstantSource clock,
    LongSupplier newStreamBits,
    boolean instant)
    implements Action {
  private static final int MAX_TAGS = 50;
  private static final Pattern TAG_CHARACTERS = Pattern.compile("[\\p{L}\\p{N}\\p{Z}_.:/=+\\-@]*");

  @Override
  public Operation operation() {
    return Operation.CREATE_STREAM;
  }

  @Override
  public StructureShape input() {
    return CreateStreamInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    return mode(input)
        .then(mode -> checkSettings(input, mode))
        .then(mode -> checkTags(input, mode))
        .then(mode -> checkFree(input, mode))
        .fold(mode -> create(define(input, mode)), error -> new Answer.Refused(error).now());
  }

  private static Checked<StreamMode> mode(Structure input) {
    StreamMode mode =
        input
            .find(CreateStreamInput.STREAM_MODE_DETAILS)
            .map(details -> StreamMode.valueOf(details.get(StreamModeDetails.STREAM_MODE)))
            .orElse(StreamMode.PROVISIONED);
    return mode == StreamMode.ON_DEMAND
        ? Checked.good(mode)
        : Checked.unless(Validation.check(input, CreateStreamInput.SHARD_COUNT), mode);
  }

  private Checked<StreamMode> checkSettings(Structure input, StreamMode mode) {
    if (input.find(CreateStreamInput.WARM_THROUGHPUT_MIBPS).isPresent()) {
      return Checked.bad(notThereYet("WarmThroughputMiBps"));
    }
    if (input.getOr(CreateStreamInput.RECORD_DISTRIBUTION_STRATEGY, "").equals("AUTO")) {
      return Checked.bad(notThereYet("RecordDistributionStrategy AUTO"));
    }
    int shards = input.getOr(CreateStreamInput.SHARD_COUNT, 0);
    if (mode == StreamMode.PROVISIONED && shards > ServiceLimits.SHARDS_PER_STREAM) {
      return Checked.bad(
          new KinesisError(
              KinesisError.Name.LIMIT_EXCEEDED,
              "This request would exceed the shard limit for the account %s in %s. Current shard count for the account: %d. Limit: %d. Number of additional shards that would have resulted from this request: %d. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits."
                  .formatted(
                      streams.account(),
                      streams.region(),
                      streams.catalogue().streams().values().stream()
                          .mapToInt(entry -> entry.definition().shards().size())
                          .sum(),
                      ServiceLimits.SHARDS_PER_STREAM,
                      shards)));
    }
    return Checked.good(mode);
  }

  private static KinesisError notThereYet(String what) {
    return KinesisError.invalidArgument(what + " is not supported by this version of Millrace.");
  }

  private static Checked<StreamMode> checkTags(Structure input, StreamMode mode) {
    Map<String, String> tags = input.getOr(CreateStreamInput.TAGS, Map.of());
    if (tags.size() > MAX_TAGS) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "A stream cannot have more than %d tags, found %d."
                  .formatted(MAX_TAGS, tags.size())));
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      boolean valid =
          TAG_CHARACTERS.matcher(tag.getKey()).matches()
              && TAG_CHARACTERS.matcher(tag.getValue()).matches()
              && !tag.getKey().startsWith("aws:");
      if (!valid) {
        return Checked.bad(
            KinesisError.invalidArgument(
                "Some tags contain invalid characters. Valid characters: Unicode letters, digits,"
                    + " white space, _ . / = + - % @."));
      }
    }
    return Checked.good(mode);
  }

  private Checked<StreamMode> checkFree(Structure input, StreamMode mode) {
    StreamName name = new StreamName(input.get(CreateStreamInput.STREAM_NAME));
    return streams.catalogue().find(name).isPresent()
        ? Checked.bad(exists(name))
        : Checked.good(mode);
  }

  private KinesisError exists(StreamName name) {
    return KinesisError.inUse(
        "Stream " + name + " under account " + streams.account() + " already exists.");
  }

  private StreamDefinition define(Structure input, StreamMode mode) {
    return StreamDefinition.creating(
        new StreamName(input.get(CreateStreamInput.STREAM_NAME)),
        new StreamId(newStreamBits.getAsLong()),
        clock.instant().getEpochSecond(),
        mode,
        mode == StreamMode.ON_DEMAND
            ? StreamDefinition.ON_DEMAND_SHARDS
            : input.get(CreateStreamInput.SHARD_COUNT),
        input.getOr(
            CreateStreamInput.MAX_RECORD_SIZE_IN_KIB, StreamDefinition.DEFAULT_MAX_RECORD_SIZE_KIB),
        new TreeMap<>(input.getOr(CreateStreamInput.TAGS, Map.of())));
  }

  private CompletionStage<Answer> create(StreamDefinition stream) {
    return streams
        .catalogue()
        .replace(stream.name(), 0, Optional.of(stream))
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Replaced
                    ? settled(stream.name())
                    : new Answer.Refused(exists(stream.name())).now());
  }

  private CompletionStage<Answer> settled(StreamName name) {
    // Without waiting, a failure here is taken up again at the next start.
    CompletionStage<Void> settling = controller.settle(name);
    return (instant ? settling : CompletableFuture.<Void>completedStage(null))
        .thenApply(done -> new Answer.Empty());
  }
}
