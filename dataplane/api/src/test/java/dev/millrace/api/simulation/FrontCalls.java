// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.TestingLeader;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The leader as a node outside the group reaches it: each call goes to one pod, and after a refusal
 * or without an answer the next one goes to another.
 */
final class FrontCalls extends TestingLeader {
  private final SimulatedGroup group;
  private final int node;
  private int pod;

  FrontCalls(SimulatedGroup group, int node) {
    this.group = group;
    this.node = node;
    this.pod = node % SimulatedGroup.PODS;
  }

  int node() {
    return node;
  }

  <T> CompletionStage<T> call(Function<SimulatedMember, CompletionStage<T>> task) {
    int to = pod;
    CompletionStage<T> answer =
        group
            .network()
            .call(
                node,
                to,
                reply ->
                    group
                        .pod(to)
                        .deliver(member -> SimulatedNetwork.complete(reply, task.apply(member))));
    return answer.whenComplete(
        (result, failure) -> {
          if (failure != null && pod == to) {
            pod = (to + 1) % SimulatedGroup.PODS;
          }
        });
  }

  @Override
  public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
    return call(member -> member.leader().openSession(shard));
  }

  @Override
  public CompletionStage<AppendOutcome> append(
      ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
    boolean isUnnumbered = group.world().has(GroupBug.RETRY_HAS_NO_NUMBER);
    BatchNumber sent = isUnnumbered ? BatchNumber.NONE : number;
    return call(member -> member.leader().append(shard, sent, again, records));
  }

  @Override
  public CompletionStage<List<ShardDefinition>> successors(ShardRef sealed) {
    return call(member -> CompletableFuture.completedStage(member.successors(sealed)));
  }

  @Override
  public <T> CompletionStage<T> read(
      ShardRef shard, long from, int maxRecords, long maxBytes, Function<ReadResult, T> then) {
    return call(member -> member.leader().read(shard, from, maxRecords, maxBytes, then));
  }

  @Override
  public CompletionStage<Optional<Long>> find(ShardRef shard, StartingPosition start) {
    return call(member -> member.leader().find(shard, start));
  }
}
