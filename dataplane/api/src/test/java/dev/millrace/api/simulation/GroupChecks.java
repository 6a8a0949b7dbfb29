// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.api.simulation.GroupHistory.PutEnd;
import dev.millrace.api.simulation.GroupHistory.SimulatedPut;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares what clients were told with what the group holds at the end. */
final class GroupChecks {
  /** An invariant that does not hold, and why. */
  record Violation(GroupInvariant invariant, String what) {
    @Override
    public String toString() {
      return invariant + ": " + what;
    }
  }

  private final GroupHistory history;
  private final SortedMap<ShardId, SortedMap<Long, String>> records;
  private final List<SimulatedPut> stored;
  private final List<Violation> violations = new ArrayList<>();

  private GroupChecks(GroupHistory history, SortedMap<ShardId, SortedMap<Long, String>> records) {
    this.history = history;
    this.records = records;
    this.stored = history.stored();
  }

  /**
   * The violations.
   *
   * @param records what is stored, by shard and position
   */
  static List<Violation> of(
      GroupHistory history, SortedMap<ShardId, SortedMap<Long, String>> records) {
    GroupChecks checks = new GroupChecks(history, records);
    checks.acknowledgedRecords();
    checks.storedRecords();
    checks.order();
    checks.acknowledgements();
    checks.reads();
    checks.latest();
    return checks.violations;
  }

  private void violated(GroupInvariant invariant, String what, Object... values) {
    violations.add(new Violation(invariant, what.formatted(values)));
  }

  private void require(boolean holds, GroupInvariant invariant, String what, Object... values) {
    if (!holds) {
      violated(invariant, what, values);
    }
  }

  private SortedMap<Long, String> records(ShardId shard) {
    return records.getOrDefault(shard, new TreeMap<>());
  }

  private String found(ShardId shard, long position) {
    return records(shard).getOrDefault(position, "nothing");
  }

  private void acknowledgedRecords() {
    for (SimulatedPut put : stored) {
      String found = found(put.number().shard(), put.number().counter());
      require(
          put.text().equals(found),
          GroupInvariant.NO_ACKNOWLEDGED_RECORD_IS_LOST,
          "record %s was stored at %d of %s, where %s is",
          put.text(),
          put.number().counter(),
          put.number().shard(),
          found);
    }
  }

  private void storedRecords() {
    Map<String, SimulatedPut> puts = new HashMap<>();
    history.puts().forEach(put -> puts.put(put.text(), put));
    Set<String> seen = new HashSet<>();
    records.forEach(
        (shard, texts) ->
            texts.forEach(
                (position, text) -> {
                  require(
                      Optional.ofNullable(puts.get(text))
                          .filter(put -> put.end() != PutEnd.REFUSED)
                          .isPresent(),
                      GroupInvariant.NO_PHANTOM,
                      "record %s at %d of %s was refused or never put",
                      text,
                      position,
                      shard);
                  require(
                      seen.add(text),
                      GroupInvariant.NO_DOUBLES,
                      "record %s is again at %d of %s",
                      text,
                      position,
                      shard);
                }));
  }

  /** Ids of shards rise from parents to children. */
  private void order() {
    Map<Object, SimulatedPut> last = new HashMap<>();
    for (SimulatedPut put : stored) {
      SimulatedPut before = last.put(put.key(), put);
      require(
          before == null || isBefore(before, put),
          GroupInvariant.ORDER_OF_A_KEY,
          "record %s was put before %s",
          before == null ? "" : before.text(),
          put.text());
    }
  }

  private static boolean isBefore(SimulatedPut one, SimulatedPut other) {
    int byShard = one.number().shard().compareTo(other.number().shard());
    return byShard < 0 || (byShard == 0 && one.number().counter() < other.number().counter());
  }

  private void acknowledgements() {
    for (SimulatedPut first : stored) {
      for (SimulatedPut second : stored) {
        if (first.ended() < second.begun()
            && first.number().shard().equals(second.number().shard())
            && first.number().counter() >= second.number().counter()) {
          violated(
              GroupInvariant.ORDER_OF_ACKNOWLEDGEMENTS,
              "record %s was acknowledged before %s was put",
              first.text(),
              second.text());
        }
      }
    }
  }

  private void reads() {
    for (GroupHistory.Read read : history.reads()) {
      ShardId shard = read.shard().shard();
      read.records()
          .forEach(
              (position, text) ->
                  require(
                      text.equals(found(shard, position)),
                      GroupInvariant.ONE_NUMBER_IS_ONE_RECORD,
                      "record %s was read at %d of %s, where %s is",
                      text,
                      position,
                      shard,
                      found(shard, position)));
      boolean isContiguous =
          read.next() >= read.from()
              && records(shard)
                  .subMap(read.from(), read.next())
                  .keySet()
                  .equals(read.records().keySet());
      require(
          isContiguous,
          GroupInvariant.PAGES_ARE_CONTIGUOUS,
          "the page of %s from %d to %d has the positions %s",
          shard,
          read.from(),
          read.next(),
          read.records().keySet());
      if (read.isCaughtUp()) {
        caughtUp(shard, read.next(), read.begun());
      }
    }
  }

  private void latest() {
    history
        .latest()
        .forEach(found -> caughtUp(found.shard().shard(), found.position(), found.begun()));
  }

  private void caughtUp(ShardId shard, long position, long begun) {
    for (SimulatedPut put : stored) {
      if (put.ended() < begun
          && put.number().shard().equals(shard)
          && put.number().counter() >= position) {
        violated(
            GroupInvariant.CAUGHT_UP_IS_CAUGHT_UP,
            "position %d was the end of %s, and record %s was at %d already",
            position,
            shard,
            put.text(),
            put.number().counter());
      }
    }
  }
}
