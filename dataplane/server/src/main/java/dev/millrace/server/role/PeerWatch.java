// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.server.rpc.MemberStanding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * How the other members of a group stand, while it is led here: whether all of them have room for
 * records, since one whose disk is full would end and start in a loop; and whether they agree with
 * this leader on the time, which it stamps records with and removes them by. A member that gives no
 * answer says nothing. A leader that cannot take records for a reason of its own, such as a clock
 * that jumped, has another one lead.
 *
 * <p>And what all of them can read of the log, which is asked before it is led here, too: a new
 * leader knows it at once. It only rises, so it is asked for until it is what this build can read.
 */
final class PeerWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PeerWatch.class);

  /** As far as a clock that jumps, {@code GuardedClock}: 5 s. */
  private static final long MOST_APART_MILLIS = 5_000;

  /** Looks between two attempts to hand leadership over: 30 s. */
  private static final int LOOKS_BETWEEN_HANDOVERS = 30;

  private final Supplier<Map<UUID, String>> members;
  private final BiFunction<UUID, String, Future<MemberStanding>> peers;
  private final BooleanSupplier leads;
  private final LongSupplier clock;
  private final Supplier<Optional<String>> hindrance;
  private final Runnable handOver;
  private final Supplier<FeatureLevel> shown;
  private final Map<UUID, FeatureLevel> levels = new ConcurrentHashMap<>();
  private final PeriodicTask task;
  private volatile FeatureLevel level = FeatureLevel.VERSION_4;
  private volatile boolean haveRoom = true;
  private volatile boolean agreeOnTime = true;
  private int looksToHandOver;

  /**
   * Starts to watch.
   *
   * @param members the other members by id, {@code HOST:PORT} of their internal ports
   * @param peers asks a member how it stands
   * @param leads whether the group is led here
   * @param clock epoch milliseconds
   * @param hindrance why this process cannot take records now, where another member may; must not
   *     block
   * @param handOver has another member lead; must not block
   * @param shown what all members can read, as what was applied shows
   */
  PeerWatch(
      Vertx vertx,
      Supplier<Map<UUID, String>> members,
      BiFunction<UUID, String, Future<MemberStanding>> peers,
      BooleanSupplier leads,
      LongSupplier clock,
      Supplier<Optional<String>> hindrance,
      Runnable handOver,
      Supplier<FeatureLevel> shown) {
    this.shown = shown;
    this.members = members;
    this.peers = peers;
    this.leads = leads;
    this.clock = clock;
    this.hindrance = hindrance;
    this.handOver = handOver;
    this.task =
        new PeriodicTask(vertx, RoleBounds.LEADERSHIP_INTERVAL_MILLIS, "look at peers", this::look);
  }

  /** Whether all members that answer have room for records. */
  boolean haveRoom() {
    return haveRoom;
  }

  /** Whether there is no majority of members whose clocks differ from this one's. */
  boolean agreeOnTime() {
    return agreeOnTime;
  }

  /** What all members can read of the log, as far as it is known. */
  FeatureLevel level() {
    return level;
  }

  /** Asks the others, if the group is led here or it is not known what they can read. */
  CompletionStage<Void> look() {
    Map<UUID, String> others = members.get();
    boolean judges = leads.getAsBoolean() && !others.isEmpty();
    if (!judges) {
      haveRoom = true;
      agreeOnTime = true;
    }
    if (level != FeatureLevel.NEWEST) {
      raise(others.isEmpty() ? FeatureLevel.NEWEST : shown.get());
    }
    return judges || level != FeatureLevel.NEWEST
        ? ask(others, judges)
        : CompletableFuture.completedStage(null);
  }

  private CompletionStage<Void> ask(Map<UUID, String> others, boolean judges) {
    Map<UUID, MemberStanding> answers = new ConcurrentHashMap<>();
    Map<UUID, Long> apart = new ConcurrentHashMap<>();
    List<Future<?>> asked = new ArrayList<>();
    others.forEach(
        (member, address) -> {
          long before = clock.getAsLong();
          asked.add(
              peers
                  .apply(member, address)
                  .onSuccess(
                      standing -> {
                        // Its clock was read at some time between the question and the answer.
                        long middle = before + (clock.getAsLong() - before) / 2;
                        apart.put(member, Math.abs(standing.clockMillis() - middle));
                        answers.put(member, standing);
                      }));
        });
    return Future.join(asked)
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .toCompletionStage()
        .thenAccept(
            done -> {
              noteLevels(others.keySet(), answers);
              if (judges) {
                judge(others.size(), answers, apart);
              }
            });
  }

  /** A member that has said so once can be away afterwards. */
  private void noteLevels(Set<UUID> others, Map<UUID, MemberStanding> answers) {
    answers.forEach((member, standing) -> levels.put(member, standing.level()));
    levels.keySet().retainAll(others);
    FeatureLevel least =
        others.stream()
            .map(member -> levels.getOrDefault(member, FeatureLevel.VERSION_4))
            .min(Comparator.naturalOrder())
            .orElse(FeatureLevel.NEWEST);
    raise(least);
  }

  private void raise(FeatureLevel known) {
    if (known.compareTo(level) > 0) {
      LOG.infof("all members of the group can read what level %s writes", known);
      level = known;
    }
  }

  private void judge(int others, Map<UUID, MemberStanding> answers, Map<UUID, Long> apart) {
    boolean room = answers.values().stream().allMatch(MemberStanding::hasRoom);
    if (room != haveRoom) {
      LOG.warnf(
          "%s: %s",
          room ? "writes are taken again" : "writes are refused, a member's disk is full", answers);
    }
    haveRoom = room;
    long differ = apart.values().stream().filter(millis -> millis > MOST_APART_MILLIS).count();
    boolean agree = differ <= others / 2;
    if (agree != agreeOnTime) {
      LOG.warnf(
          "%s: the clocks of the other members are apart from this one by %s ms",
          agree ? "this clock is trusted again" : "this clock is not trusted", apart);
    }
    agreeOnTime = agree;
    Optional<String> why =
        agree ? hindrance.get() : Optional.of("its clock is apart from those of the others");
    looksToHandOver = why.isPresent() ? looksToHandOver - 1 : 0;
    if (why.isPresent() && looksToHandOver < 0 && !answers.isEmpty()) {
      looksToHandOver = LOOKS_BETWEEN_HANDOVERS;
      LOG.warnf("another member is asked to lead in place of this one: %s", why.get());
      handOver.run();
    }
  }

  @Override
  public void close() {
    task.close();
  }
}
