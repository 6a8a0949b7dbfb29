// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import static dev.millrace.e2e.checker.Invariant.I10_EVENTS_WITHOUT_GAPS;
import static dev.millrace.e2e.checker.Invariant.I9_READS_WITHOUT_GAPS;

import dev.millrace.e2e.checker.CallHistory.ReaderOfShard;
import dev.millrace.e2e.checker.CallHistory.StoredPut;
import dev.millrace.e2e.history.LoggedCall.Delivery;
import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each reader received of a shard, compared with the final read of that shard: I9 and I10. All
 * readers begin at the oldest record.
 */
final class ReaderChecks {
  private final FoundViolations violations;

  /** The place of each record of the final read in its shard. */
  private final Map<String, Map<BigInteger, Integer>> places = new HashMap<>();

  /** Acknowledged puts by shard, in the order of their acknowledgements. */
  private final Map<String, List<StoredPut>> byEnd = new HashMap<>();

  private ReaderChecks(FoundViolations violations) {
    this.violations = violations;
  }

  static void run(CallHistory history, FoundViolations violations) {
    ReaderChecks checks = new ReaderChecks(violations);
    history
        .finalRead()
        .forEach(
            (shard, records) -> {
              Map<BigInteger, Integer> ofShard = new HashMap<>();
              records.forEach(
                  record -> ofShard.putIfAbsent(record.sequenceNumber(), ofShard.size()));
              checks.places.put(shard, ofShard);
            });
    history
        .storedByShard()
        .forEach(
            (shard, stored) ->
                checks.byEnd.put(
                    shard,
                    stored.stream()
                        .sorted(Comparator.comparingLong(put -> put.call().end()))
                        .toList()));
    history.deliveries().forEach(checks::reader);
  }

  private void reader(ReaderOfShard reader, List<Delivery> deliveries) {
    Map<BigInteger, Integer> ofShard = places.getOrDefault(reader.shard(), Map.of());
    Progress progress = new Progress(byEnd.getOrDefault(reader.shard(), List.of()));
    boolean ended = false;
    for (Delivery delivery : deliveries) {
      Invariant invariant = invariant(delivery);
      if (ended) {
        violations.add(invariant, "%s read on after the end of %s", reader.who(), reader.shard());
      }
      ended = delivery.ended().isPresent();
      for (ReadRecord record : delivery.records()) {
        Integer place = ofShard.get(record.sequenceNumber());
        // What the final read lacks is a loss, not a gap.
        if (place != null && place != progress.next) {
          violations.add(
              invariant,
              "%s received %s, number %d of %s, where number %d was due: %s",
              reader.who(),
              record.label(),
              place,
              reader.shard(),
              progress.next,
              place < progress.next ? "a repeat" : "a gap");
        }
        if (place != null) {
          progress.next = place + 1;
        }
        progress.position = progress.position.max(record.sequenceNumber());
      }
      if (ended && progress.next != ofShard.size()) {
        violations.add(
            invariant,
            "%s was told that %s ends after %d records, and it has %d",
            reader.who(),
            reader.shard(),
            progress.next,
            ofShard.size());
      }
      switch (delivery) {
        case PolledRead read -> tip(read, progress);
        case PushedEvent event -> continuation(event, progress);
      }
    }
  }

  private static Invariant invariant(Delivery delivery) {
    return switch (delivery) {
      case PolledRead read -> I9_READS_WITHOUT_GAPS;
      case PushedEvent event -> I10_EVENTS_WITHOUT_GAPS;
    };
  }

  /** A read that says that nothing is left has returned what was acknowledged before it began. */
  private void tip(PolledRead read, Progress progress) {
    progress.acknowledgedBefore(read.start());
    if (read.millisBehind() == 0
        && progress.highest.isPresent()
        && progress.highest.get().sequenceNumber().compareTo(progress.position) > 0) {
      violations.add(
          I9_READS_WITHOUT_GAPS,
          "%s was told at %d µs that it is at the tip of %s, without %s, acknowledged at %d µs as %s",
          read.who(),
          read.start(),
          read.shard(),
          progress.highest.get().label(),
          progress.highest.get().call().end(),
          progress.highest.get().sequenceNumber());
    }
  }

  private void continuation(PushedEvent event, Progress progress) {
    if (event.continuation().isPresent() == event.ended().isPresent()) {
      violations.add(
          I10_EVENTS_WITHOUT_GAPS,
          "an event to %s at %d µs has both a continuation and children, or neither",
          event.who(),
          event.end());
    }
    if (event.continuation().isPresent()) {
      BigInteger continuation = event.continuation().get();
      if (continuation.compareTo(progress.position) < 0) {
        violations.add(
            I10_EVENTS_WITHOUT_GAPS,
            "an event to %s at %d µs continues after %s, before its last record %s",
            event.who(),
            event.end(),
            continuation,
            progress.position);
      }
    }
  }

  /** Where a reader is in a shard. */
  private static final class Progress {
    private final List<StoredPut> byEnd;
    private int counted;

    /** The acknowledged record with the highest number that has been counted. */
    private Optional<StoredPut> highest = Optional.empty();

    /** Place of the record that is due. */
    private int next;

    /** The highest sequence number received. */
    private BigInteger position = BigInteger.ZERO;

    private Progress(List<StoredPut> byEnd) {
      this.byEnd = byEnd;
    }

    /** Counts what was acknowledged before a time; the times of a reader's calls rise. */
    private void acknowledgedBefore(long time) {
      while (counted < byEnd.size() && byEnd.get(counted).call().end() < time) {
        StoredPut put = byEnd.get(counted++);
        if (highest.isEmpty()
            || put.sequenceNumber().compareTo(highest.get().sequenceNumber()) > 0) {
          highest = Optional.of(put);
        }
      }
    }
  }
}
