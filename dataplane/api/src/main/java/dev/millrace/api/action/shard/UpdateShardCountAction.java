// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.shard;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ShardCountLimits;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.UpdateShardCountInput;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Reshards a stream to a number of shards with equal ranges.
 *
 * @param editor changes the stream
 * @param quota limits the number of shards
 * @param limits of the calls for a stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html">UpdateShardCount</a>
 */
public record UpdateShardCountAction(
    StreamEditor editor, AccountQuota quota, Function<StreamDefinition, ShardCountLimits> limits)
    implements Action {
  @Override
  public Operation operation() {
    return Operation.UPDATE_SHARD_COUNT;
  }

  @Override
  public StructureShape input() {
    return UpdateShardCountInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    int target = input.get(UpdateShardCountInput.TARGET_SHARD_COUNT);
    return editor.edit(
        input.find(UpdateShardCountInput.STREAM_NAME),
        input.find(UpdateShardCountInput.STREAM_ARN),
        stream ->
            editor
                .provisioned(stream)
                .then(is -> check(is, target))
                .then(is -> Checked.good(edit(is, target))));
  }

  private Checked<StreamDefinition> check(StreamDefinition stream, int target) {
    return quota
        .checkStream("TargetShardCount", target, stream)
        .then(is -> quota.checkAccount(target - is.openShards().size(), is))
        .then(
            is ->
                target == is.openShards().size()
                    ? Checked.good(is)
                    : quota.checkCapacity(target, is))
        .then(is -> checkScaling(is, target));
  }

  private Checked<StreamDefinition> checkScaling(StreamDefinition stream, int target) {
    return limits
        .apply(stream)
        .problem(stream.openShards().size(), target)
        .map(problem -> Checked.<StreamDefinition>bad(KinesisError.limitExceeded(problem)))
        .orElse(Checked.good(stream));
  }

  private Edit edit(StreamDefinition stream, int target) {
    int open = stream.openShards().size();
    StreamDefinition next =
        ReshardPlanner.toCount(stream.shape(), target)
            .map(lineage -> stream.withReshard(Reshard.of(lineage)))
            .orElse(stream);
    return new Edit(
        next,
        new Answer.Success(
            256,
            out -> {
              out.text("StreamName", stream.name().text());
              out.number("CurrentShardCount", open);
              out.number("TargetShardCount", target);
              out.text("StreamARN", editor.streams().arn(stream.name()));
            }));
  }
}
