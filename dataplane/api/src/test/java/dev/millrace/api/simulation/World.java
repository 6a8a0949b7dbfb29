// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.leader.TestingTime;
import java.util.Optional;
import java.util.Random;

/**
 * What everything in a simulation shares. All chance comes from the seed, so a seed is one history.
 *
 * @param bug the fault that is planted, if any
 */
record World(TestingTime time, Random random, Optional<GroupBug> bug) {
  World(long seed, Optional<GroupBug> bug) {
    this(new TestingTime(), new Random(seed), bug);
  }

  boolean has(GroupBug planted) {
    return bug.filter(is -> is == planted).isPresent();
  }

  /** From {@code least} to {@code most}. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
