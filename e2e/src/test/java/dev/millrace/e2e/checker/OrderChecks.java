// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import static dev.millrace.e2e.checker.Invariant.I3_KEY_ORDER;
import static dev.millrace.e2e.checker.Invariant.I5_RISING_NUMBERS;
import static dev.millrace.e2e.checker.Invariant.I6_ACKNOWLEDGEMENT_ORDER;

import dev.millrace.e2e.checker.CallHistory.StoredPut;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.Stored;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** In which order the records are: I3, I5 and I6. */
final class OrderChecks {
  private record ProducerAndKey(String producer, String key) {}

  private final CallHistory history;
  private final FoundViolations violations;

  private OrderChecks(CallHistory history, FoundViolations violations) {
    this.history = history;
    this.violations = violations;
  }

  static void run(CallHistory history, FoundViolations violations) {
    OrderChecks checks = new OrderChecks(history, violations);
    checks.keyOrder();
    checks.risingNumbers();
    history.storedByShard().values().forEach(checks::acknowledgementOrder);
  }

  /** A put whose outcome is unknown may still be under way when its producer sends the next. */
  private void keyOrder() {
    Map<ProducerAndKey, RecordLabel> last = new HashMap<>();
    history
        .finalRead()
        .forEach(
            (shard, records) ->
                records.forEach(
                    record -> {
                      RecordLabel label = record.label();
                      PutCall put = history.puts().get(label);
                      if (put == null || !(put.outcome() instanceof Stored)) {
                        return;
                      }
                      RecordLabel before =
                          last.put(new ProducerAndKey(label.producer(), label.key()), label);
                      if (before != null && before.counter() > label.counter()) {
                        violations.add(
                            I3_KEY_ORDER, "%s comes after %s, in %s", label, before, shard);
                      }
                    }));
  }

  private void risingNumbers() {
    Map<String, BigInteger> highest = new HashMap<>();
    history
        .finalRead()
        .forEach(
            (shard, records) -> {
              Optional<BigInteger> last = highestOfAncestors(shard, highest);
              for (ReadRecord record : records) {
                BigInteger number = record.sequenceNumber();
                if (last.isPresent() && last.get().compareTo(number) > 0) {
                  violations.add(
                      I5_RISING_NUMBERS,
                      "%s of %s in %s comes after %s",
                      number,
                      record.label(),
                      shard,
                      last.get());
                } else {
                  last = Optional.of(number);
                }
              }
              last.ifPresent(number -> highest.put(shard, number));
            });
  }

  private Optional<BigInteger> highestOfAncestors(String shard, Map<String, BigInteger> highest) {
    ListedShard listed = history.shards().get(shard);
    return listed == null
        ? Optional.empty()
        : listed.parents().stream()
            .filter(highest::containsKey)
            .map(highest::get)
            .max(BigInteger::compareTo);
  }

  /**
   * From the highest sequence number to the lowest: no put may begin after one with a higher number
   * was acknowledged.
   */
  private void acknowledgementOrder(List<StoredPut> stored) {
    Optional<StoredPut> earliest = Optional.empty();
    for (StoredPut put : stored.reversed()) {
      if (earliest.isPresent() && put.call().start() > earliest.get().call().end()) {
        violations.add(
            I6_ACKNOWLEDGEMENT_ORDER,
            "%s, sent at %d µs, is %s, lower than %s, acknowledged at %d µs as %s",
            put.label(),
            put.call().start(),
            put.at(),
            earliest.get().label(),
            earliest.get().call().end(),
            earliest.get().sequenceNumber());
      }
      if (earliest.isEmpty() || put.call().end() < earliest.get().call().end()) {
        earliest = Optional.of(put);
      }
    }
  }
}
