// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.tag.TagChecks;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.CreateStreamInput;
import dev.millrace.protocol.shape.StreamModeDetailsShape;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Creates a stream: CREATING at once, ACTIVE when its shards are open.
 *
 * @param streams looks up streams
 * @param quota limits the number of shards
 * @param controller opens the shards
 * @param account determines whether warm throughput may be set
 * @param clock supplies the creation time
 * @param newStreamBits random bits for the stream's id
 * @param instant whether to answer only when the stream is ACTIVE
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">CreateStream</a>
 */
public record CreateStreamAction(
    StreamLookup streams,
    AccountQuota quota,
    StreamController controller,
    AccountStore account,
    InstantSource clock,
    LongSupplier newStreamBits,
    boolean instant)
    implements Action {
  @Override
  public Operation operation() {
    return Operation.CREATE_STREAM;
  }

  @Override
  public StructureShape input() {
    return CreateStreamInput.SHAPE;
  }

  /** Called before the constraints are checked, so the mode may be any text. */
  @Override
  public List<Member<?>> alsoRequired(Structure input) {
    boolean onDemand =
        input
            .find(CreateStreamInput.STREAM_MODE_DETAILS)
            .flatMap(details -> details.find(StreamModeDetailsShape.STREAM_MODE))
            .filter(StreamMode.ON_DEMAND.name()::equals)
            .isPresent();
    return onDemand ? List.of() : List.of(CreateStreamInput.SHARD_COUNT);
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    return checkSettings(input, mode(input))
        .then(mode -> checkTags(input, mode))
        .then(mode -> checkFree(input, mode))
        .then(mode -> checkQuota(input, mode))
        .fold(mode -> create(define(input, mode)), error -> new Answer.Failure(error).now());
  }

  private static StreamMode mode(Structure input) {
    return input
        .find(CreateStreamInput.STREAM_MODE_DETAILS)
        .map(details -> StreamMode.valueOf(details.get(StreamModeDetailsShape.STREAM_MODE)))
        .orElse(StreamMode.PROVISIONED);
  }

  private Checked<StreamMode> checkSettings(Structure input, StreamMode mode) {
    Optional<Integer> warm = input.find(CreateStreamInput.WARM_THROUGHPUT_MIBPS);
    if (warm.isPresent() && mode != StreamMode.ON_DEMAND) {
      return Checked.bad(
          KinesisError.validation("WarmThroughputMiBps needs StreamMode ON_DEMAND."));
    }
    Checked<StreamMode> distributed =
        RecordDistributionChecks.check(distribution(input), mode, mode);
    return warm.isEmpty()
        ? distributed
        : distributed.then(is -> new WarmThroughputChecks(account, clock).check(warm.get(), is));
  }

  private Checked<StreamMode> checkTags(Structure input, StreamMode mode) {
    Map<String, String> tags = input.getOr(CreateStreamInput.TAGS, Map.of());
    String resource = "stream " + input.get(CreateStreamInput.STREAM_NAME);
    return TagChecks.checkCount(tags.size(), mode)
        .then(is -> TagChecks.check(tags, resource, streams.account(), is));
  }

  private static RecordDistribution distribution(Structure input) {
    return RecordDistribution.valueOf(
        input.getOr(
            CreateStreamInput.RECORD_DISTRIBUTION_STRATEGY,
            RecordDistribution.USER_PARTITION_KEY.name()));
  }

  private Checked<StreamMode> checkQuota(Structure input, StreamMode mode) {
    Checked<StreamMode> unhurried = quota.checkChanging(mode);
    if (mode == StreamMode.ON_DEMAND) {
      return unhurried
          .then(quota::checkOnDemand)
          .then(is -> quota.checkCapacity(StreamDefinition.ON_DEMAND_SHARDS, is));
    }
    int shards = input.get(CreateStreamInput.SHARD_COUNT);
    return unhurried
        .then(is -> quota.checkAccount(shards, is))
        .then(is -> quota.checkStream("ShardCount", shards, is))
        .then(is -> quota.checkCapacity(shards, is));
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
    StreamSettings settings =
        StreamSettings.of(mode)
            .withMaxRecordSizeKiB(
                input.getOr(
                    CreateStreamInput.MAX_RECORD_SIZE_IN_KIB,
                    StreamSettings.DEFAULT_MAX_RECORD_SIZE_KIB))
            .withTags(input.getOr(CreateStreamInput.TAGS, Map.of()))
            .withDistribution(distribution(input))
            .withWarmThroughput(input.find(CreateStreamInput.WARM_THROUGHPUT_MIBPS));
    return StreamDefinition.creating(
        new StreamName(input.get(CreateStreamInput.STREAM_NAME)),
        new StreamId(newStreamBits.getAsLong()),
        clock.instant().getEpochSecond(),
        settings,
        mode == StreamMode.ON_DEMAND
            ? StreamDefinition.ON_DEMAND_SHARDS
            : input.get(CreateStreamInput.SHARD_COUNT));
  }

  private CompletionStage<Answer> create(StreamDefinition stream) {
    return streams
        .catalogue()
        .create(stream)
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Replaced
                    ? settled(stream.name())
                    : new Answer.Failure(exists(stream.name())).now());
  }

  private CompletionStage<Answer> settled(StreamName name) {
    // If the answer does not wait for it, failed work is resumed at the next start.
    CompletionStage<Void> settling = controller.settle(name);
    return (instant ? settling : CompletableFuture.<Void>completedStage(null))
        .thenApply(done -> new Answer.Empty());
  }
}
