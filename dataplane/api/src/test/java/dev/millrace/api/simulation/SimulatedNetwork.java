// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Carries messages between nodes: pods, fronts and the operator. They are delayed and so overtake
 * each other; they may be lost or delivered twice, and any direction between two nodes may be cut.
 */
final class SimulatedNetwork {
  private static final int TIMEOUT_MILLIS = 1_500;

  private record Direction(int from, int to) {}

  private final World world;

  /** A direction may be cut several times, and is joined as often. */
  private final List<Direction> cut = new ArrayList<>();

  private int percentLost;
  private int percentDoubled;
  private int longestDelayMillis;

  SimulatedNetwork(World world) {
    this.world = world;
    heal();
  }

  /**
   * Cuts one direction.
   *
   * @return joins it again
   */
  Runnable cut(int from, int to) {
    Direction direction = new Direction(from, to);
    cut.add(direction);
    return () -> cut.remove(direction);
  }

  /**
   * Cuts all directions between a node and those below a number.
   *
   * @return joins them again
   */
  Runnable isolate(int node, int nodes) {
    List<Runnable> joins = new ArrayList<>();
    for (int other = 0; other < nodes; other++) {
      joins.add(cut(node, other));
      joins.add(cut(other, node));
    }
    return () -> {
      joins.forEach(Runnable::run);
      joins.clear();
    };
  }

  void disturb(int lostPercent, int doubledPercent, int delayMillis) {
    percentLost = lostPercent;
    percentDoubled = doubledPercent;
    longestDelayMillis = delayMillis;
  }

  void calm() {
    disturb(0, 0, 5);
  }

  void heal() {
    cut.clear();
    calm();
  }

  void send(int from, int to, Runnable delivery) {
    if (world.chance(percentDoubled)) {
      sendOnce(from, to, delivery);
    }
    sendOnce(from, to, delivery);
  }

  private void sendOnce(int from, int to, Runnable delivery) {
    if (!world.chance(percentLost)) {
      world
          .time()
          .later(
              world.between(1, longestDelayMillis),
              () -> {
                if (!cut.contains(new Direction(from, to))) {
                  delivery.run();
                }
              });
    }
  }

  /**
   * Calls a node. Without an answer in time the outcome is unknown; the call may still arrive.
   *
   * @param call is run on the node and is handed where its answer goes
   */
  <T> CompletionStage<T> call(int from, int to, Consumer<CompletableFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<T> reply = new CompletableFuture<>();
    reply.whenComplete((result, failure) -> sendOnce(to, from, () -> complete(answer, reply)));
    sendOnce(from, to, () -> call.accept(reply));
    world.time().later(TIMEOUT_MILLIS, () -> timeOut(answer));
    return answer;
  }

  private static void timeOut(CompletableFuture<?> answer) {
    if (!answer.isDone()) {
      answer.completeExceptionally(
          new LogRefusedException(Reason.UNKNOWN_OUTCOME, "no answer in time", null));
    }
  }

  /** Hands the result of one future to another. */
  static <T> void complete(CompletableFuture<T> answer, CompletionStage<T> reply) {
    reply.whenComplete(
        (result, failure) -> {
          if (failure == null) {
            answer.complete(result);
          } else {
            answer.completeExceptionally(failure);
          }
        });
  }
}
