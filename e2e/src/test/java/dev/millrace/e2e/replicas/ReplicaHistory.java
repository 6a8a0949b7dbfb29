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
import dev.millrace.e2e.history.LoggedCall.Location;
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
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Clients at all members of a stream's first group, and every call that they have made. */
final class ReplicaHistory implements AutoCloseable {
  private static final Path FILE = Path.of("target", "replicas", "history.txt");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Acknowledged puts at a member after which it counts as serving. */
  private static final int ENOUGH = 5;

  /** Nobody sends so many. */
  private static final int MOST_RECORDS = 10_000_000;

  private final ReshardedStream stream;
  private final ReplicaGroup group;
  private final List<LoggedCall> calls = new ArrayList<>();
  private final CallLog log = new CallLog(this::add);
  private final HistoryWorkload workload;

  private ReplicaHistory(ReshardedStream stream) {
    this.stream = stream;
    this.group = stream.groups().getFirst();
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

  /**
   * Starts clients at the members of a stream's first group; returns when the puts of all are
   * acknowledged.
   */
  static ReplicaHistory start(ReshardedStream stream) {
    ReplicaHistory history = new ReplicaHistory(stream);
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

  /** Puts to both groups are acknowledged from now on, whichever member is called. */
  void awaitAcknowledgedEverywhere() {
    long from = now();
    for (MemberProcess member : group.members()) {
      for (ReplicaGroup host : stream.groups()) {
        Eventually.holds(
            "puts to %s are acknowledged by way of %s".formatted(host.set(), member),
            TIMEOUT,
            () ->
                acknowledgements((put, at) -> put.start() > from && at(member, put) && is(host, at))
                        .count()
                    >= ENOUGH);
      }
    }
  }

  private boolean at(MemberProcess member, PutCall put) {
    return workload.endpointOf(put.who()) == member.place();
  }

  private boolean is(ReplicaGroup host, Location at) {
    return stream.isHosted(at.shard(), host);
  }

  private LongStream acknowledgements(BiPredicate<PutCall, Location> of) {
    return calls().stream()
        .filter(PutCall.class::isInstance)
        .map(PutCall.class::cast)
        .filter(put -> put.outcome() instanceof Stored(Location at) && of.test(put, at))
        .mapToLong(LoggedCall::end);
  }

  /**
   * The longest time that overlaps with an interval and in which no put to a group was
   * acknowledged.
   */
  Duration longestStall(ReplicaGroup host, long from, long to) {
    return longestStall((put, at) -> is(host, at), from, to);
  }

  /** The same by way of one member. */
  Duration longestStall(ReplicaGroup host, MemberProcess member, long from, long to) {
    return longestStall((put, at) -> is(host, at) && at(member, put), from, to);
  }

  private Duration longestStall(BiPredicate<PutCall, Location> of, long from, long to) {
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
        what, all.size(), acknowledgements((put, at) -> true).count());
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
