// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.DryRunCheck;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.ShardIterator;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.GetShardIteratorInput;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Returns an iterator for a starting position in a shard.
 *
 * @param streams looks up streams
 * @param leader finds positions
 * @param signer signs iterators
 * @param clock supplies the time of issue
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html">GetShardIterator</a>
 */
public record GetShardIteratorAction(
    StreamLookup streams, ShardLeader leader, TokenSigner signer, InstantSource clock)
    implements Action {
  private static final int ANSWER_BYTES = 384;

  /** A starting position in an existing shard. */
  private record Target(StreamDefinition stream, ShardDefinition shard, StartingPosition position) {
    ShardRef ref() {
      return stream.ref(shard.id());
    }
  }

  @Override
  public Operation operation() {
    return Operation.GET_SHARD_ITERATOR;
  }

  @Override
  public StructureShape input() {
    return GetShardIteratorInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    Optional<String> name = input.find(GetShardIteratorInput.STREAM_NAME);
    Optional<String> arn = input.find(GetShardIteratorInput.STREAM_ARN);
    String named = StreamLookup.nameIn(name, arn);
    return streams
        .shardId(named, input.get(GetShardIteratorInput.SHARD_ID))
        .then(
            id ->
                streams
                    .findServing(name, arn)
                    .mapError(error -> shardNotFound(error, named, id))
                    .then(
                        stream ->
                            streams
                                .shard(stream, id.toString())
                                .then(shard -> target(input, stream, shard))))
        .then(target -> DryRunCheck.stop(input, GetShardIteratorInput.DRY_RUN, target))
        .fold(
            target ->
                target.shard().isVirtual()
                    ? iterator(target, Optional.of(0L)).now()
                    : leader
                        .find(target.ref(), target.position())
                        .thenApply(position -> iterator(target, position)),
            error -> new Answer.Failure(error).now());
  }

  /** For an unknown stream, the service reports that the shard was not found. */
  private KinesisError shardNotFound(KinesisError error, String stream, ShardId id) {
    return error.name() == KinesisError.Name.RESOURCE_NOT_FOUND
        ? streams.shardNotFound(stream, id)
        : error;
  }

  private Checked<Target> target(Structure input, StreamDefinition stream, ShardDefinition shard) {
    return new StartingPositions(stream, shard, streams.account())
        .read(
            input.get(GetShardIteratorInput.SHARD_ITERATOR_TYPE),
            input.find(GetShardIteratorInput.STARTING_SEQUENCE_NUMBER),
            input.find(GetShardIteratorInput.TIMESTAMP),
            clock.instant())
        .then(position -> Checked.good(new Target(stream, shard, position)));
  }

  private Answer iterator(Target target, Optional<Long> position) {
    return position
        .<Answer>map(
            at -> {
              ShardIterator iterator =
                  new ShardIterator(target.stream().name(), target.ref(), at, clock.millis());
              return new Answer.Success(
                  ANSWER_BYTES, out -> out.text("ShardIterator", iterator.encode(signer)));
            })
        .orElseGet(
            () ->
                new Answer.Failure(
                    streams.shardNotFound(target.stream().name().text(), target.shard().id())));
  }
}
