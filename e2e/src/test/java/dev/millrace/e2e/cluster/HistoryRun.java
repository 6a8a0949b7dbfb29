// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.checker.HistoryChecker;
import dev.millrace.e2e.history.CallFormat;
import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Clients that write and read a stream while things go wrong, and tell of every call. */
final class HistoryRun {
  private static final Path HISTORIES = Path.of("target", "chaos");

  /** Acknowledged records without which a history says nothing. */
  private static final int ENOUGH = 50;

  /** What is shown of the clients' lines when they stop. */
  private static final int LAST_LINES = 20;

  private final Installation millrace;
  private final String stream;
  private final ClientJob clients;

  private HistoryRun(Installation millrace, String stream) {
    this.millrace = millrace;
    this.stream = stream;
    this.clients = ClientJob.start(millrace, "history", stream);
  }

  /** Starts clients; returns when they have written something. */
  static HistoryRun start(Installation millrace, String stream) {
    HistoryRun run = new HistoryRun(millrace, stream);
    run.awaitMoreAcknowledged();
    return run;
  }

  /** The node on which the clients run. */
  String node() {
    return clients.node();
  }

  /** Puts are acknowledged again, and more than a few. */
  void awaitMoreAcknowledged() {
    long before = acknowledged();
    try {
      Eventually.holds(
          ENOUGH + " more records are acknowledged",
          Installation.TIMEOUT,
          () -> acknowledged() >= before + ENOUGH);
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s; %d were before; the clients said last %s; the pods are%n%s; the gateways say%n%s"
              .formatted(
                  e.getMessage(),
                  before,
                  last(clients.printedSoFar()),
                  millrace.tryKubectl("", "get", "pods", "--output=wide").out(),
                  millrace
                      .tryKubectl(
                          "",
                          "logs",
                          "--selector=app.kubernetes.io/component=gateway",
                          "--prefix",
                          "--tail=50")
                      .out()),
          e);
    }
  }

  private static List<String> last(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
  }

  /** Number of records acknowledged so far. */
  long acknowledged() {
    return clients.printedSoFar().stream()
        .filter(line -> line.startsWith("put ") && line.contains(" acknowledged "))
        .count();
  }

  /** Has the clients read everything once more and end; the checker must find nothing. */
  List<LoggedCall> finish(String what) {
    millrace.kubectl(
        "patch",
        "kinesisstream/" + stream,
        "--type=merge",
        "--patch={\"spec\":{\"tags\":{\"stop\":\"now\"}}}");
    List<String> lines = clients.finish();
    try {
      Files.createDirectories(HISTORIES);
      Files.write(HISTORIES.resolve(stream + ".txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<LoggedCall> calls = CallFormat.parse(lines);
    assertThat(HistoryChecker.check(calls).toString())
        .as("%s, history in %s", what, HISTORIES)
        .isEmpty();
    return calls;
  }

  /**
   * The longest time in which no put was acknowledged.
   *
   * @param from number of acknowledged puts before that time
   * @param to number of acknowledged puts until after it
   */
  static Duration longestStall(List<LoggedCall> calls, long from, long to) {
    List<Long> ends =
        calls.stream()
            .filter(call -> call instanceof PutCall put && put.outcome() instanceof Stored)
            .map(LoggedCall::end)
            .skip(from)
            .limit(to - from)
            .sorted()
            .toList();
    long longest = 0;
    for (int i = 1; i < ends.size(); i++) {
      longest = Math.max(longest, ends.get(i) - ends.get(i - 1));
    }
    return Duration.ofNanos(longest * 1_000);
  }
}
