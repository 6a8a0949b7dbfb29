// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.CallFormat;
import dev.millrace.e2e.history.LoggedCall;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs a {@link HistoryWorkload} at the endpoint of the environment and prints each call as a line
 * of {@link CallFormat}. It ends when the stream has the tag {@value #STOP_TAG}.
 */
final class HistoryClient {
  private static final String STOP_TAG = "stop";
  private static final Duration PAUSE_BETWEEN_LOOKS = Duration.ofSeconds(1);

  /**
   * Most records of a producer. What four producers and four readers print of them is less than 10
   * MiB, after which a kubelet begins another log file.
   */
  private static final int MOST_RECORDS = 4_000;

  private final PrintStream out;
  private long lines;

  private HistoryClient(PrintStream out) {
    this.out = out;
  }

  static void run(String stream, PrintStream out) {
    new HistoryClient(out).run(stream);
  }

  private void run(String stream) {
    CallLog log = new CallLog(this::print);
    try (HistoryWorkload workload =
        HistoryWorkload.start(stream, log, List.of(Optional.empty()), MOST_RECORDS)) {
      workload.awaitTag(STOP_TAG, PAUSE_BETWEEN_LOOKS);
      workload.finish();
    }
    // Without this line the log is not whole.
    out.println(CallFormat.lastLine(lines));
  }

  private void print(LoggedCall call) {
    out.println(CallFormat.line(call));
    lines++;
  }
}
