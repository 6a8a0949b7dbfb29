// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.DryRunCheck;
import dev.millrace.api.action.record.StartingPositions;
import dev.millrace.api.fanout.Fanout;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.StartingPositionShape;
import dev.millrace.protocol.shape.SubscribeToShardInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Subscribes a registered consumer to a shard: five minutes of events, pushed as records come.
 *
 * @param fanout makes subscriptions
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html">SubscribeToShard</a>
 */
public record SubscribeToShardAction(Fanout fanout) implements Action {
  /** What passed every check. */
  private record Wanted(
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
    ConsumerLookup consumers = new ConsumerLookup(fanout.streams());
    Optional<String> arn = Optional.of(input.get(SubscribeToShardInput.CONSUMER_ARN));
    return consumers
        .streamArn(Optional.empty(), arn)
        .then(stream -> fanout.streams().findServing(Optional.empty(), Optional.of(stream)))
        .then(stream -> consumers.in(stream, Optional.empty(), arn))
        .then(
            found ->
                found.consumer().status() == ConsumerStatus.ACTIVE
                    ? Checked.good(found)
                    : Checked.bad(fanout.notActive(found.stream(), found.consumer())))
        .then(found -> wanted(input, found))
        .then(wanted -> DryRunCheck.stop(input, SubscribeToShardInput.DRY_RUN, wanted))
        .fold(this::subscribe, error -> new Answer.Failure(error).now());
  }

  private Checked<Wanted> wanted(Structure input, ConsumerLookup.RegisteredConsumer found) {
    Structure start = input.get(SubscribeToShardInput.STARTING_POSITION);
    StreamDefinition stream = found.stream();
    return fanout
        .streams()
        .shard(stream, input.get(SubscribeToShardInput.SHARD_ID))
        .then(
            shard ->
                new StartingPositions(stream, shard, fanout.streams().account())
                    .read(
                        start.get(StartingPositionShape.TYPE),
                        start.find(StartingPositionShape.SEQUENCE_NUMBER),
                        start.find(StartingPositionShape.TIMESTAMP),
                        fanout.clock().instant())
                    .then(
                        position ->
                            Checked.good(new Wanted(stream, found.consumer(), shard, position))));
  }

  private CompletionStage<Answer> subscribe(Wanted wanted) {
    if (wanted.shard().isVirtual()) {
      return subscribe(wanted, 0).now();
    }
    return fanout
        .leader()
        .find(wanted.stream().ref(wanted.shard().id()), wanted.position())
        .thenApply(
            position ->
                position
                    .map(at -> subscribe(wanted, at))
                    .orElseGet(
                        () ->
                            new Answer.Failure(
                                fanout
                                    .streams()
                                    .shardNotFound(
                                        wanted.stream().name().text(), wanted.shard().id()))));
  }

  private Answer subscribe(Wanted wanted, long position) {
    return new Answer.Streaming(
        sink ->
            fanout.subscribe(wanted.stream(), wanted.shard(), wanted.consumer(), position, sink));
  }
}
