// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.api.action.record.SimulatedFront;
import dev.millrace.api.action.record.SimulatedFront.PutResult;
import dev.millrace.core.shard.HashKey;
import java.util.List;
import java.util.Optional;

/**
 * Puts records with a key of its own, one after the other, each through any of the fronts. A record
 * that was refused is put again, or given up; one whose outcome is unknown is left.
 */
final class WritingClient {
  /** A front with what it knows of the stream. */
  record Front(SimulatedFront front, FrontCatalogue catalogue) {}

  private final World world;
  private final GroupHistory history;
  private final List<Front> fronts;
  private final int name;
  private final HashKey key;
  private int left;

  WritingClient(World world, GroupHistory history, List<Front> fronts, int name, int puts) {
    this.world = world;
    this.history = history;
    this.fronts = fronts;
    this.name = name;
    this.key = new HashKey(world.random().nextLong(), world.random().nextLong());
    this.left = puts;
  }

  boolean isDone() {
    return left < 0;
  }

  void next() {
    if (left-- > 0) {
      attempt(history.put(name + "-" + left, key), true);
    }
  }

  private void attempt(GroupHistory.SimulatedPut put, boolean isFirst) {
    if (isFirst) {
      history.begin(put);
    }
    Front front = fronts.get(world.random().nextInt(fronts.size()));
    front
        .front()
        .put(front.catalogue().stream(), key, put.text())
        .thenAccept(result -> told(put, result));
  }

  private void told(GroupHistory.SimulatedPut put, PutResult result) {
    switch (result) {
      case PutResult.PutStored(var shard, var number) ->
          history.end(put, GroupHistory.PutEnd.STORED, Optional.of(number));
      case PutResult.PutUnanswered unanswered ->
          history.end(put, GroupHistory.PutEnd.UNKNOWN, Optional.empty());
      case PutResult.PutRefused refused -> {
        if (world.chance(80)) {
          world.time().later(world.between(20, 200), () -> attempt(put, false));
          return;
        }
        history.end(put, GroupHistory.PutEnd.REFUSED, Optional.empty());
      }
    }
    world.time().later(world.between(1, 800), this::next);
  }
}
