// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.checker.HistoryChecker;
import dev.millrace.e2e.client.CallLog;
import dev.millrace.e2e.client.HistoryWorkload;
import dev.millrace.e2e.history.CallFormat;
import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Clients at all members of a group, and every call that they have made. */
final class ReplicaHistory implements AutoCloseable {
  private static final Path FILE = Path.of("target", "replicas", "history.txt");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Acknowledged puts at a member after which it counts as serving. */
  private static final int ENOUGH = 5;

  /** Nobody sends so many. */
  private static final int MOST_RECORDS = 10_000_000;

  private final ReplicaGroup group;
  private final List<LoggedCall> calls = new ArrayList<>();
  private final CallLog log = new CallLog(this::add);
  private final HistoryWorkload workload;

  private ReplicaHistory(ReplicaGroup group) {
    this.group = group;
    this.workload =
        HistoryWorkload.start(
            ReplicaGroup.STREAM,
            log,
            group.members().stream().map(member -> Optional.of(member.endpoint())).toList(),
            MOST_RECORDS);
  }

  /** The consumers that the stream of a group must have. */
  static List<String> consumers() {
    return IntStream.range(0, ReplicaGroup.MEMBERS).mapToObj(HistoryWorkload::subscriber).toList();
  }

  /** Starts clients; returns when puts are acknowledged at every member. */
  static ReplicaHistory start(ReplicaGroup group) {
    ReplicaHistory history = new ReplicaHistory(group);
    try {
      history.awaitAcknowledgedEverywhere();
      return history;
    } catch (AssertionError e) {
      history.close();
      throw e;
    }
  }

  private synchronized void add(LoggedCall call) {
    calls.add(call);
  }

  private synchronized List<LoggedCall> calls() {
    return List.copyOf(calls);
  }

  /** Microseconds on the clock of the calls. */
  long now() {
    return log.now();
  }

  /** Puts are acknowledged from now on, whichever member is called. */
  void awaitAcknowledgedEverywhere() {
    long from = now();
    for (MemberProcess member : group.members()) {
      Eventually.holds(
          "puts are acknowledged by way of " + member,
          TIMEOUT,
          () -> acknowledgements(put -> at(member, put) && put.start() > from).count() >= ENOUGH);
    }
  }

  private boolean at(MemberProcess member, PutCall put) {
    return workload.endpointOf(put.who()) == member.place();
  }

  private LongStream acknowledgements(Predicate<PutCall> of) {
    return calls().stream()
        .filter(PutCall.class::isInstance)
        .map(PutCall.class::cast)
        .filter(put -> put.outcome() instanceof Stored && of.test(put))
        .mapToLong(LoggedCall::end);
  }

  /** The longest time without an acknowledged put that overlaps with an interval. */
  Duration longestStall(long from, long to) {
    return longestStall(put -> true, from, to);
  }

  /** The same by way of one member. */
  Duration longestStall(MemberProcess member, long from, long to) {
    return longestStall(put -> at(member, put), from, to);
  }

  private Duration longestStall(Predicate<PutCall> of, long from, long to) {
    long longest = 0;
    long last = 0;
    for (long end : acknowledgements(of).sorted().toArray()) {
      if (end > from && last < to) {
        longest = Math.max(longest, end - last);
      }
      last = end;
    }
    return Duration.ofNanos(longest * 1_000);
  }

  /** Has the clients read everything once more and end; the checker must find nothing. */
  void finish(String what) {
    workload.finish();
    List<LoggedCall> all = calls();
    write(all);
    assertThat(HistoryChecker.check(all).toString()).as("%s, history in %s", what, FILE).isEmpty();
    System.out.printf(
        "%s: %d calls, %d records acknowledged, the checker found nothing%n",
        what, all.size(), acknowledgements(put -> true).count());
  }

  private static void write(List<LoggedCall> calls) {
    try {
      Files.createDirectories(FILE.getParent());
      Files.write(FILE, calls.stream().map(CallFormat::line).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    workload.close();
    // Also if something has failed before the end.
    write(calls());
  }
}
