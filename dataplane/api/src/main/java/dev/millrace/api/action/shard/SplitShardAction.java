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
import dev.millrace.protocol.shape.SplitShardInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Splits a shard in two at a hash key.
 *
 * @param editor changes the stream
 * @param quota limits the number of shards
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html">SplitShard</a>
 */
public record SplitShardAction(StreamEditor editor, AccountQuota quota) implements Action {
  @Override
  public Operation operation() {
    return Operation.SPLIT_SHARD;
  }

  @Override
  public StructureShape input() {
    return SplitShardInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    Optional<String> name = input.find(SplitShardInput.STREAM_NAME);
    Optional<String> arn = input.find(SplitShardInput.STREAM_ARN);
    String key = input.get(SplitShardInput.NEW_STARTING_HASH_KEY);
    return editor
        .streams()
        .shardId(StreamLookup.nameIn(name, arn), input.get(SplitShardInput.SHARD_TO_SPLIT))
        .fold(
            id -> editor.edit(name, arn, stream -> split(stream, id, key)),
            error -> new Answer.Failure(error).now());
  }

  private Checked<Edit> split(StreamDefinition stream, ShardId id, String key) {
    return editor
        .provisioned(stream)
        .then(is -> ReshardEdits.openShard(editor.streams(), is, id))
        .then(shard -> quota.checkAccount(1, shard))
        .then(shard -> quota.checkCapacity(2, shard))
        .then(shard -> split(stream, shard, key));
  }

  private Checked<Edit> split(StreamDefinition stream, ShardDefinition shard, String text) {
    Optional<HashKey> key =
        HashKey.parse(text)
            .filter(at -> at.compareTo(shard.range().starting()) > 0)
            .filter(at -> at.previous().compareTo(shard.range().starting()) > 0)
            .filter(at -> at.compareTo(shard.range().ending()) < 0);
    return key.map(
            at ->
                ReshardEdits.begin(
                    stream, ReshardPlanner.split(shard, at, stream.shape().nextIndex())))
        .orElseGet(
            () ->
                Checked.bad(
                    KinesisError.invalidArgument(
                        "NewStartingHashKey %s used in SplitShard() on shard %s in stream %s under account %s is not both greater than one plus the shard's StartingHashKey %s and less than the shard's EndingHashKey %s."
                            .formatted(
                                text,
                                shard.id(),
                                stream.name(),
                                editor.streams().account(),
                                shard.range().starting(),
                                shard.range().ending()))));
  }
}
