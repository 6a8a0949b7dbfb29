// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamPlanner;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.core.stream.StreamStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** A stream whose changes are carried out at once, as a controller would, while time goes on. */
final class TestingStream {
  private final Random random;
  private StreamDefinition stream;
  private long second = 1_700_000_000L;

  TestingStream(Random random, int shards) {
    this.random = random;
    stream =
        StreamDefinition.creating(
                new StreamName("s"),
                new StreamId(1),
                second,
                StreamSettings.of(StreamMode.PROVISIONED),
                shards)
            .withStatus(StreamStatus.ACTIVE);
  }

  StreamDefinition definition() {
    return stream;
  }

  StreamShape shape() {
    return stream.shape();
  }

  /** Now, epoch seconds. */
  long second() {
    return second;
  }

  /** Carries a change out, with parents sealed at different seconds. */
  void change(Lineage lineage) {
    StreamDefinition is = stream.withReshard(Reshard.of(lineage));
    for (int steps = 0; is.reshard().isPresent(); steps++) {
      assertThat(steps).as("plans for one change of shape").isLessThan(3);
      StreamPlanner.Plan plan = StreamPlanner.plan(is).orElseThrow();
      assertThat(plan.open()).noneMatch(ShardDefinition::isVirtual);
      Map<ShardId, Long> sealed = new HashMap<>();
      for (ShardId shard : plan.seal()) {
        second += random.nextInt(3);
        sealed.put(shard, second);
      }
      is = plan.after().apply(sealed).orElseThrow();
    }
    second += 1 + random.nextInt(100);
    assertThat(StreamPlanner.plan(is)).isEmpty();
    stream = is;
  }

  /** Lets every closed shard expire. */
  void forgetClosedShards() {
    second += 1;
    stream = stream.withoutShardsClosedBefore(second);
  }

  /** A split, a merge, another count or any shape. */
  Optional<Lineage> randomChange() {
    List<ShardDefinition> open = stream.openShards();
    int next = shape().nextIndex();
    return switch (random.nextInt(4)) {
      case 0 -> {
        ShardDefinition shard = open.get(random.nextInt(open.size()));
        HashKey key = new HashKey(random.nextLong(), random.nextLong());
        yield shard.range().contains(key) && !key.equals(shard.range().starting())
            ? Optional.of(ReshardPlanner.split(shard, key, next))
            : Optional.empty();
      }
      case 1 -> {
        int i = random.nextInt(open.size());
        yield i + 1 < open.size()
            ? Optional.of(ReshardPlanner.merge(open.get(i), open.get(i + 1), next))
            : Optional.empty();
      }
      case 2 -> ReshardPlanner.toCount(shape(), 1 + random.nextInt(20));
      default -> ReshardPlanner.toShape(shape(), randomRanges());
    };
  }

  private List<HashKeyRange> randomRanges() {
    TreeSet<HashKey> starts = new TreeSet<>();
    starts.add(HashKey.MIN);
    for (int i = random.nextInt(12); i > 0; i--) {
      starts.add(new HashKey(random.nextLong(), random.nextLong()));
    }
    return HashKeyRange.startingAt(starts);
  }
}
