// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A shard has the throughput of the service's, and no more. */
class AwsShardLimitsTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final ShardRef OTHER = new ShardRef(new StreamId(1), new ShardId(1));
  private static final int MIB = 1 << 20;

  private long nanos;
  private final AwsShardLimits limits = new AwsShardLimits(() -> nanos);

  private void advance(Duration time) {
    nanos += time.toNanos();
  }

  private int admitted(int calls, int bytes) {
    int admitted = 0;
    for (int i = 0; i < calls; i++) {
      admitted += limits.admitWrite(SHARD, bytes) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void oneMebibyteASecondIsWritten() {
    assertThat(admitted(300, 10 * 1024)).isEqualTo(102);
    advance(Duration.ofMillis(500));
    assertThat(admitted(300, 10 * 1024)).isEqualTo(51);
  }

  @Test
  void aThousandRecordsASecondAreWritten() {
    assertThat(admitted(3000, 1)).isEqualTo(1000);
    advance(Duration.ofSeconds(10));
    assertThat(admitted(3000, 1)).isEqualTo(1000);
  }

  @Test
  void shardsAreLimitedSeparately() {
    assertThat(admitted(1, MIB)).isEqualTo(1);
    assertThat(limits.admitWrite(SHARD, 1)).isFalse();
    assertThat(limits.admitWrite(OTHER, MIB)).isTrue();
  }

  @Test
  void aRecordAboveTheBurstIsAdmittedAndDelaysTheNext() {
    assertThat(limits.admitWrite(SHARD, 10L * MIB)).isTrue();
    advance(Duration.ofSeconds(9));
    assertThat(limits.admitWrite(SHARD, MIB)).isFalse();
    advance(Duration.ofSeconds(1));
    assertThat(limits.admitWrite(SHARD, MIB)).isTrue();
  }

  @Test
  void fiveReadsASecondAreAnswered() {
    for (int i = 0; i < 5; i++) {
      assertThat(limits.admitRead(SHARD)).isTrue();
    }
    assertThat(limits.admitRead(SHARD)).isFalse();
    advance(Duration.ofMillis(200));
    assertThat(limits.admitRead(SHARD)).isTrue();
  }

  @Test
  void aReadOfTenMebibytesBlocksTheNextForFiveSeconds() {
    assertThat(limits.admitRead(SHARD)).isTrue();
    limits.read(SHARD, 10L * MIB);
    advance(Duration.ofMillis(4_900));
    assertThat(limits.admitRead(SHARD)).isFalse();
    advance(Duration.ofMillis(100));
    assertThat(limits.admitRead(SHARD)).isTrue();
  }
}
