// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import dev.millrace.e2e.disk.FaultyDiskLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to the processes of a group, to their disks and to the network between them, the
 * checker finds nothing in the history of clients that write and read meanwhile at all of them;
 * when it is over, all keep up without help, and puts are acknowledged by way of each.
 */
class ReplicaGroupTest {
  /** What {@code make test} tries; {@link ReplacedLeaderTest} freezes the leader. */
  private static final List<ReplicaFault> SHORT_FORM =
      List.of(ReplicaFault.LEADER_KILLED, ReplicaFault.ALL_KILLED, ReplicaFault.ALL_POWER_CUT);

  /**
   * What clients saw of a fault.
   *
   * @param anywhere the longest time in which no put was acknowledged
   * @param elsewhere the same by way of any one member that the fault did not concern
   */
  private record Stall(Duration anywhere, Duration elsewhere) {}

  @TempDir private Path folder;

  private final Map<ReplicaFault, List<Stall>> stalls = new EnumMap<>(ReplicaFault.class);

  @Test
  void theServiceKeepsItsPromisesWhateverHappensToReplicas() throws IOException {
    int rounds = Integer.getInteger("millrace.replicas.rounds", 0);
    long seed = Long.getLong("millrace.replicas.seed", System.nanoTime());
    say("%d rounds, -Dmillrace.replicas.seed=%d", rounds, seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (ReplicaGroup group = ReplicaGroup.start(folder, ReplicaHistory.consumers());
        ReplicaHistory history = ReplicaHistory.start(group)) {
      for (ReplicaFault fault : possible(faults(rounds, seed))) {
        inject(fault, group, history, random);
      }
      history.finish("seed " + seed);
    } finally {
      stalls.forEach(ReplicaGroupTest::say);
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
      ReplicaFault fault, ReplicaGroup group, ReplicaHistory history, SplittableRandom random) {
    long from = history.now();
    List<MemberProcess> concerned = fault.act(group, random);
    Duration inStep = group.heal();
    history.awaitAcknowledgedEverywhere();
    long to = history.now();
    Stall stall =
        new Stall(
            history.longestStall(from, to),
            group.members().stream()
                .filter(member -> !concerned.contains(member))
                .map(member -> history.longestStall(member, from, to))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO));
    stalls.computeIfAbsent(fault, key -> new ArrayList<>()).add(stall);
    say(
        "%s of %s, over after %.1f s, all in step %.1f s after they were up: no put acknowledged for %.1f s; by way of %s",
        fault,
        concerned,
        (to - from) / 1e6,
        seconds(inStep),
        seconds(stall.anywhere()),
        group.members().stream()
            .map(
                member ->
                    "%s %.1f s".formatted(member, seconds(history.longestStall(member, from, to))))
            .collect(Collectors.joining(", ")));
    group.members().forEach(MemberProcess::assertAlive);
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
