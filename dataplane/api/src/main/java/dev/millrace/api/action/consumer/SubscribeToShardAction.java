// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.DryRunCheck;
import dev.millrace.api.action.record.StartingPositions;
import dev.millrace.api.fanout.SubscriptionFactory;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.SubscribeOutcome;
import dev.millrace.leader.shard.SubscriptionRef;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.StartingPositionShape;
import dev.millrace.protocol.shape.SubscribeToShardInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Subscribes a registered consumer to a shard: for five minutes, records are pushed as they are
 * appended.
 *
 * @param subscriptions creates subscriptions
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html">SubscribeToShard</a>
 */
public record SubscribeToShardAction(SubscriptionFactory subscriptions) implements Action {
  /** A request that passed every check. */
  private record CheckedRequest(
      StreamDefinition stream,
      ConsumerDefinition consumer,
      ShardDefinition shard,
      StartingPosition position) {}

  @Override
  public Operation operation() {
    return Operation.SUBSCRIBE_TO_SHARD;
  }

  @Override
  public StructureShape input() {
    return SubscribeToShardInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    ConsumerLookup consumers = new ConsumerLookup(subscriptions.streams());
    Optional<String> arn = Optional.of(input.get(SubscribeToShardInput.CONSUMER_ARN));
    return consumers
        .streamArn(Optional.empty(), arn)
        .then(stream -> subscriptions.streams().findServing(Optional.empty(), Optional.of(stream)))
        .then(stream -> consumers.find(stream, Optional.empty(), arn))
        .then(
            found ->
                found.consumer().status() == ConsumerStatus.ACTIVE
                    ? Checked.good(found)
                    : Checked.bad(subscriptions.notActive(found.stream(), found.consumer())))
        .then(found -> check(input, found))
        .then(request -> DryRunCheck.stop(input, SubscribeToShardInput.DRY_RUN, request))
        .fold(this::subscribe, error -> new Answer.Failure(error).now());
  }

  private Checked<CheckedRequest> check(Structure input, ConsumerLookup.RegisteredConsumer found) {
    Structure start = input.get(SubscribeToShardInput.STARTING_POSITION);
    StreamDefinition stream = found.stream();
    return subscriptions
        .streams()
        .shard(stream, input.get(SubscribeToShardInput.SHARD_ID))
        .then(
            shard ->
                new StartingPositions(stream, shard, subscriptions.streams().account())
                    .read(
                        start.get(StartingPositionShape.TYPE),
                        start.find(StartingPositionShape.SEQUENCE_NUMBER),
                        start.find(StartingPositionShape.TIMESTAMP),
                        subscriptions.clock().instant())
                    .then(
                        position ->
                            Checked.good(
                                new CheckedRequest(stream, found.consumer(), shard, position))));
  }

  private CompletionStage<Answer> subscribe(CheckedRequest request) {
    if (request.shard().isVirtual()) {
      return streaming(request, Optional.empty(), 0).now();
    }
    return subscriptions
        .leader()
        .subscribe(
            request.stream().ref(request.shard().id()),
            request.consumer().ref(),
            request.position())
        .thenApply(outcome -> answer(request, outcome));
  }

  private Answer answer(CheckedRequest request, SubscribeOutcome outcome) {
    StreamDefinition stream = request.stream();
    ShardDefinition shard = request.shard();
    return switch (outcome) {
      case SubscribeOutcome.Subscribed(SubscriptionRef subscription, long position) ->
          streaming(request, Optional.of(subscription), position);
      case SubscribeOutcome.TooSoon tooSoon ->
          new Answer.Failure(subscriptions.conflict(stream, shard, request.consumer()));
      case ReadResult.ShardMissing none ->
          new Answer.Failure(
              subscriptions.streams().shardNotFound(stream.name().text(), shard.id()));
    };
  }

  private Answer streaming(
      CheckedRequest request, Optional<SubscriptionRef> atLeader, long position) {
    return new Answer.Streaming(
        sink ->
            subscriptions.create(
                request.stream(), request.shard(), request.consumer(), atLeader, position, sink));
  }
}
