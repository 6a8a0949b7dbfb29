// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.simulation.GroupChecks.Violation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever crashes, freezes, is cut off or lost in a group of three, its clients were told the
 * truth. {@code -Dmillrace.seed=} runs one seed again, {@code -Dmillrace.seeds=} so many.
 */
class GroupSimulationTest {
  private static final Optional<Long> ONE_SEED = Optional.ofNullable(Long.getLong("millrace.seed"));
  private static final int SEEDS = Integer.getInteger("millrace.seeds", 2_000);
  private static final int MOST_SEEDS_FOR_A_BUG = 5_000;
  private static final Logger LOG = Logger.getLogger("dev.millrace.leader");

  @BeforeAll
  static void clocksJumpAndReshardsAreRetriedAllTheTime() {
    LOG.setLevel(Level.OFF);
  }

  @Test
  void noSeedViolatesAnInvariant() {
    long first = ONE_SEED.orElseGet(System::nanoTime);
    for (long seed = first; seed < first + ONE_SEED.map(one -> 1).orElse(SEEDS); seed++) {
      assertThat(GroupSimulation.run(seed, Optional.empty()))
          .as("run it again with -Dmillrace.seed=" + seed)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPlantedBugIsFound(GroupBug bug) {
    Set<GroupInvariant> unseen = new HashSet<>(bug.violates());
    for (long seed = 0; seed < MOST_SEEDS_FOR_A_BUG && !unseen.isEmpty(); seed++) {
      GroupSimulation.run(seed, Optional.of(bug)).stream()
          .map(Violation::invariant)
          .forEach(unseen::remove);
    }
    assertThat(unseen).as("not violated by %s", bug).isEmpty();
  }

  @Test
  void everyInvariantFindsABug() {
    Set<GroupInvariant> found = new HashSet<>();
    Arrays.stream(GroupBug.values()).map(GroupBug::violates).forEach(found::addAll);
    assertThat(found).containsExactlyInAnyOrder(GroupInvariant.values());
  }

  @Test
  void aSeedIsOneHistory() {
    Optional<GroupBug> bug = Optional.of(GroupBug.COMMITS_BEFORE_A_MAJORITY);
    for (long seed = 0; seed < 20; seed++) {
      List<Violation> first = GroupSimulation.run(seed, bug);
      assertThat(GroupSimulation.run(seed, bug)).isEqualTo(first);
    }
  }
}
