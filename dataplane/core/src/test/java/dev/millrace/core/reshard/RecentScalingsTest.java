// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.HashKey;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What UpdateShardCount has done in the last day is counted, splits and merges are not. */
class RecentScalingsTest {
  private static final long DAY = 86_400;

  private final TestingStream stream = new TestingStream(new Random(1), 2);

  private int count(long nowSecond) {
    return RecentScalings.count(stream.definition(), nowSecond);
  }

  private void scale(int shards) {
    stream.change(ReshardPlanner.toCount(stream.shape(), shards).orElseThrow());
  }

  @Test
  void eachScalingCountsOnceForADay() {
    assertThat(count(stream.second())).isZero();
    scale(5);
    scale(3);
    scale(6);
    assertThat(count(stream.second())).isEqualTo(3);
    assertThat(count(stream.second() + DAY + 10)).isZero();
  }

  @Test
  void aSplitAndAMergeDoNotCount() {
    HashKey middle = HashKey.parse("85070591730234615865843651857942052864").orElseThrow();
    stream.change(
        ReshardPlanner.split(stream.shape().open().getFirst(), middle, stream.shape().nextIndex()));
    stream.change(
        ReshardPlanner.merge(
            stream.shape().open().get(1),
            stream.shape().open().get(2),
            stream.shape().nextIndex()));
    assertThat(count(stream.second())).isZero();
    scale(5);
    assertThat(count(stream.second())).isEqualTo(1);
  }
}
