// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.disk.FaultyDiskLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to the processes of a group, to their disks and to the network between them
 * while the shards of its stream are split and merged, the checker finds nothing in the history of
 * clients that write and read meanwhile; when it is over, the reshard is completed, all keep up
 * without help, and puts are acknowledged by way of each.
 */
class ReplicaGroupTest {
  /**
   * What {@code make test} tries; {@link ReplacedLeaderTest} freezes the leader. All are killed for
   * the power cut, too.
   */
  private static final List<ReplicaFault> SHORT_FORM =
      ReplicaFault.ALL_POWER_CUT.isPossible()
          ? List.of(ReplicaFault.LEADER_KILLED, ReplicaFault.ALL_POWER_CUT)
          : List.of(
              ReplicaFault.LEADER_KILLED, ReplicaFault.ALL_POWER_CUT, ReplicaFault.ALL_KILLED);

  /** Faults that only make puts slower. */
  private static final Set<ReplicaFault> PUTS_GO_ON =
      EnumSet.of(
          ReplicaFault.LEADER_LINKS_LOSSY,
          ReplicaFault.FOLLOWER_LINKS_LOSSY,
          ReplicaFault.ALL_LINKS_LOSSY,
          ReplicaFault.ALL_LINKS_VERY_LOSSY);

  /** A reshard begins at most so long before a fault. */
  private static final int MOST_MILLIS_BEFORE = 400;

  /** And at most so long after it, since some faults do not strike at once. */
  private static final int MOST_MILLIS_AFTER = 400;

  /**
   * What clients saw of a fault.
   *
   * @param anywhere the longest time in which no put to the group was acknowledged
   * @param elsewhere the same by way of any one member that the fault did not concern
   */
  private record Stall(Duration anywhere, Duration elsewhere) {}

  @TempDir private Path folder;

  private final Map<ReplicaFault, List<Stall>> stalls = new EnumMap<>(ReplicaFault.class);
  private final Map<String, Integer> began = new TreeMap<>();

  @Test
  void theServiceKeepsItsPromisesWhateverHappensToReplicas() throws IOException {
    int rounds = Integer.getInteger("millrace.replicas.rounds", 0);
    long seed = Long.getLong("millrace.replicas.seed", System.nanoTime());
    say("%d rounds, -Dmillrace.replicas.seed=%d", rounds, seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (ReshardedStream stream = ReshardedStream.start(folder, ReplicaHistory.consumers());
        ReplicaHistory history = ReplicaHistory.start(stream)) {
      for (ReplicaFault fault : possible(faults(rounds, seed))) {
        inject(fault, stream, history, random);
      }
      history.finish("seed " + seed);
    } finally {
      stalls.forEach(ReplicaGroupTest::say);
      say("how far reshards had come when faults began: %s", began);
    }
  }

  /** The faults of a run: those of the property's names, or else shuffled ones. */
  private static List<ReplicaFault> faults(int rounds, long seed) {
    String named = System.getProperty("millrace.replicas.faults", "");
    if (!named.isEmpty()) {
      return List.of(named.split(",")).stream().map(ReplicaFault::valueOf).toList();
    }
    List<ReplicaFault> all = ReplicaFault.shuffled(seed);
    List<ReplicaFault> chosen = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      chosen.add(all.get(round % all.size()));
    }
    return rounds == 0 ? SHORT_FORM : chosen;
  }

  private static List<ReplicaFault> possible(List<ReplicaFault> faults) {
    List<ReplicaFault> impossible =
        faults.stream().filter(fault -> !fault.isPossible()).distinct().toList();
    if (!impossible.isEmpty()) {
      say("NOT TRIED: %s. %s", impossible, FaultyDiskLibrary.here().whyNot());
    }
    return faults.stream().filter(ReplicaFault::isPossible).toList();
  }

  private void inject(
      ReplicaFault fault, ReshardedStream stream, ReplicaHistory history, SplittableRandom random) {
    ReplicaGroup group = stream.groups().get(random.nextInt(stream.groups().size()));
    long headStart = random.nextLong(-MOST_MILLIS_AFTER, MOST_MILLIS_BEFORE);
    StreamReshard reshard = stream.reshard(random, Duration.ofMillis(Math.max(0, -headStart)));
    Eventually.pass(Duration.ofMillis(Math.max(0, headStart)));
    long struck = System.nanoTime();
    long from = history.now();
    List<MemberProcess> concerned = fault.act(group, random);
    long over = System.nanoTime();
    Duration inStep = group.heal();
    reshard.await();
    history.awaitAcknowledgedEverywhere();
    long to = history.now();
    Stall stall =
        new Stall(
            history.longestStall(group, from, to),
            stream.groups().getFirst().members().stream()
                .filter(member -> !concerned.contains(member))
                .map(member -> history.longestStall(group, member, from, to))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO));
    stalls.computeIfAbsent(fault, key -> new ArrayList<>()).add(stall);
    began.merge(stage(reshard, struck), 1, Integer::sum);
    say(
        "%s of %s, over after %.1f s, all in step %.1f s after they were up: no put to %s acknowledged for %.1f s; by way of %s",
        fault,
        concerned,
        (to - from) / 1e6,
        seconds(inStep),
        group.set(),
        seconds(stall.anywhere()),
        stream.groups().getFirst().members().stream()
            .map(
                member ->
                    "%s %.1f s"
                        .formatted(member, seconds(history.longestStall(group, member, from, to))))
            .collect(Collectors.joining(", ")));
    say(
        "  reshard to %d shards: %s when the fault began, %s when it ended, %.1f s in all",
        stream.published().open().size(),
        stage(reshard, struck),
        stage(reshard, over),
        seconds(reshard.time()));
    stream.groups().forEach(each -> each.members().forEach(MemberProcess::assertAlive));
    stream.assertListedEverywhere();
    if (PUTS_GO_ON.contains(fault)) {
      assertThat(stall.anywhere())
          .as("time without an acknowledged put during %s", fault)
          .isLessThan(LinkFaults.LONG);
    }
  }

  private static String stage(StreamReshard reshard, long nanos) {
    return reshard.stageAt(nanos).map(Enum::name).orElse("NOT_ASKED");
  }

  private static void say(ReplicaFault fault, List<Stall> found) {
    say(
        "%-28s %2d times: no put acknowledged for p50 %5.1f s, max %5.1f s; at members that it does not concern p50 %5.1f s, max %5.1f s",
        fault,
        found.size(),
        seconds(quantile(found.stream().map(Stall::anywhere).toList(), 0.5)),
        seconds(quantile(found.stream().map(Stall::anywhere).toList(), 1)),
        seconds(quantile(found.stream().map(Stall::elsewhere).toList(), 0.5)),
        seconds(quantile(found.stream().map(Stall::elsewhere).toList(), 1)));
  }

  private static Duration quantile(List<Duration> durations, double part) {
    List<Duration> sorted = durations.stream().sorted().toList();
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static void say(String format, Object... arguments) {
    System.out.println("ReplicaGroupTest: " + format.formatted(arguments));
  }
}
