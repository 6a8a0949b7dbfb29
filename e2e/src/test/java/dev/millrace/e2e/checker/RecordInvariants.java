// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import static dev.millrace.e2e.checker.Invariant.I1_NO_LOSS;
import static dev.millrace.e2e.checker.Invariant.I2_NO_PHANTOM;
import static dev.millrace.e2e.checker.Invariant.I4_ONE_RECORD_PER_NUMBER;
import static dev.millrace.e2e.checker.Invariant.I8_NO_DOUBLE;

import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.NotStored;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which records there are: I1, I2, I4 and I8. */
final class RecordInvariants {
  private record Sighting(Location at, RecordLabel label) {}

  private final CallHistory history;
  private final FoundViolations violations;

  /** What a sequence number stood for when it was first seen. */
  private final Map<BigInteger, Sighting> byNumber = new HashMap<>();

  /** Labels of which a phantom has been reported. */
  private final Set<RecordLabel> phantoms = new HashSet<>();

  private RecordInvariants(CallHistory history, FoundViolations violations) {
    this.history = history;
    this.violations = violations;
  }

  static void run(CallHistory history, FoundViolations violations) {
    RecordInvariants checks = new RecordInvariants(history, violations);
    Set<RecordLabel> present = checks.finalRead();
    checks.acknowledged(present);
    checks.deliveries(present);
  }

  private Set<RecordLabel> finalRead() {
    Map<RecordLabel, BigInteger> places = new HashMap<>();
    history
        .finalRead()
        .forEach(
            (shard, records) ->
                records.forEach(
                    record -> {
                      BigInteger before = places.put(record.label(), record.sequenceNumber());
                      if (before != null && !before.equals(record.sequenceNumber())) {
                        violations.add(
                            I8_NO_DOUBLE,
                            "%s is there twice, as %s and %s in %s",
                            record.label(),
                            before,
                            record.sequenceNumber(),
                            shard);
                      }
                    }));
    return places.keySet();
  }

  private void acknowledged(Set<RecordLabel> present) {
    history
        .storedByShard()
        .values()
        .forEach(
            stored ->
                stored.forEach(
                    put -> {
                      if (!present.contains(put.label())) {
                        violations.add(
                            I1_NO_LOSS, "%s is lost: acknowledged as %s", put.label(), put.at());
                      }
                      see(new Sighting(put.at(), put.label()), "acknowledged");
                    }));
  }

  private void deliveries(Set<RecordLabel> present) {
    Set<RecordLabel> missing = new HashSet<>();
    history
        .deliveries()
        .forEach(
            (reader, deliveries) ->
                deliveries.forEach(
                    delivery ->
                        delivery
                            .records()
                            .forEach(
                                record -> {
                                  RecordLabel label = record.label();
                                  Location at =
                                      new Location(reader.shard(), record.sequenceNumber());
                                  see(new Sighting(at, label), "read by " + reader.who());
                                  wasSent(label, at, reader.who());
                                  if (!present.contains(label)
                                      && !isStored(label)
                                      && missing.add(label)) {
                                    violations.add(
                                        I1_NO_LOSS,
                                        "%s is lost: read by %s at %s",
                                        label,
                                        reader.who(),
                                        at);
                                  }
                                })));
  }

  private boolean isStored(RecordLabel label) {
    PutCall put = history.puts().get(label);
    return put != null && put.outcome() instanceof LoggedCall.PutOutcome.Stored;
  }

  private void wasSent(RecordLabel label, Location at, String who) {
    PutCall put = history.puts().get(label);
    if (put == null && phantoms.add(label)) {
      violations.add(I2_NO_PHANTOM, "%s was never sent: read by %s at %s", label, who, at);
    } else if (put != null
        && put.outcome() instanceof NotStored(String error)
        && phantoms.add(label)) {
      violations.add(
          I2_NO_PHANTOM, "%s was refused with %s: read by %s at %s", label, error, who, at);
    }
  }

  private void see(Sighting sighting, String how) {
    Sighting before = byNumber.putIfAbsent(sighting.at().sequenceNumber(), sighting);
    if (before != null && !before.equals(sighting)) {
      violations.add(
          I4_ONE_RECORD_PER_NUMBER,
          "%s stands for %s in %s, and %s for %s in %s",
          sighting.at().sequenceNumber(),
          before.label(),
          before.at().shard(),
          how,
          sighting.label(),
          sighting.at().shard());
    }
  }
}
