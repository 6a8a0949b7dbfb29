// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.shard;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.MergeShardsInput;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Merges two adjacent shards. The first must be the lower one: since a merge cannot be undone, an
 * inverted pair is rejected.
 *
 * @param editor changes the stream
 * @param quota how many shards can be stored
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html">MergeShards</a>
 */
public record MergeShardsAction(StreamEditor editor, AccountQuota quota) implements Action {
  @Override
  public Operation operation() {
    return Operation.MERGE_SHARDS;
  }

  @Override
  public StructureShape input() {
    return MergeShardsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    StreamLookup streams = editor.streams();
    Optional<String> name = input.find(MergeShardsInput.STREAM_NAME);
    Optional<String> arn = input.find(MergeShardsInput.STREAM_ARN);
    String named = StreamLookup.nameIn(name, arn);
    return streams
        .shardId(named, input.get(MergeShardsInput.SHARD_TO_MERGE))
        .then(
            first ->
                streams
                    .shardId(named, input.get(MergeShardsInput.ADJACENT_SHARD_TO_MERGE))
                    .then(other -> Checked.good(List.of(first, other))))
        .fold(
            ids -> editor.edit(name, arn, stream -> merge(stream, ids.getFirst(), ids.getLast())),
            error -> new Answer.Failure(error).now());
  }

  private Checked<Edit> merge(StreamDefinition stream, ShardId first, ShardId other) {
    StreamLookup streams = editor.streams();
    return editor
        .provisioned(stream)
        .then(is -> quota.checkCapacity(1, is))
        .then(is -> ReshardEdits.openShard(streams, is, first))
        .then(
            one ->
                ReshardEdits.openShard(streams, stream, other)
                    .then(two -> merge(stream, one, two)));
  }

  private Checked<Edit> merge(
      StreamDefinition stream, ShardDefinition first, ShardDefinition other) {
    return areAdjacent(first, other)
        ? ReshardEdits.begin(stream, ReshardPlanner.merge(first, other, stream.shape().nextIndex()))
        : Checked.bad(
            KinesisError.invalidArgument(
                "Shards %s and %s in stream %s under account %s are not an adjacent pair of shards eligible for merging"
                    .formatted(first.id(), other.id(), stream.name(), editor.streams().account())));
  }

  private static boolean areAdjacent(ShardDefinition lower, ShardDefinition upper) {
    return !upper.range().starting().equals(HashKey.MIN)
        && upper.range().starting().previous().equals(lower.range().ending());
  }
}
