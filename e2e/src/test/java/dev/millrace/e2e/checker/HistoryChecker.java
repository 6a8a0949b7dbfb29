// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import dev.millrace.e2e.history.LoggedCall;
import java.util.List;

/**
 * Checks a history of calls against the {@link Invariant}s, each in one pass with hash maps.
 *
 * <p>The history must hold all puts to a stream, by a client that sends each record once; readers
 * that begin at the oldest record; and after the last put, a read of everything by {@link
 * LoggedCall#FINAL_READER}. Its times are of one clock.
 */
public final class HistoryChecker {
  private HistoryChecker() {}

  /** Returns what is wrong with a history. */
  public static FoundViolations check(List<LoggedCall> calls) {
    CallHistory history = new CallHistory(calls);
    FoundViolations violations = new FoundViolations();
    RecordInvariants.run(history, violations);
    OrderChecks.run(history, violations);
    ReaderChecks.run(history, violations);
    ReshardChecks.run(history, violations);
    return violations;
  }
}
