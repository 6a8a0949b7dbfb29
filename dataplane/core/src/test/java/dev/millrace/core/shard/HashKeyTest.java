// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Partition keys go to the shards that the service would choose. */
class HashKeyTest {
  @ParameterizedTest
  @CsvSource({
    "pk, 38317986088707300215492326132921849533",
    "a, 16955237001963240173058271559858726497"
  })
  void aPartitionKeyHashesToItsMd5(String partitionKey, String expected) {
    assertThat(new HashKey.Hasher().hash(partitionKey.getBytes(UTF_8))).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "18446744073709551616", "340282366920938463463374607431768211455"})
  void decimalsAreReadAndPrinted(String decimal) {
    assertThat(HashKey.parse(decimal).map(HashKey::toString)).contains(decimal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "01", "-1", "x", "340282366920938463463374607431768211456"})
  void otherTextsAreNoHashKeys(String text) {
    assertThat(HashKey.parse(text)).isEmpty();
  }

  @Test
  void threeShardsAreDividedAsTheServiceDoes() {
    List<HashKeyRange> ranges = HashKeyRange.uniform(3);
    assertThat(ranges.get(0).starting()).hasToString("0");
    assertThat(ranges.get(0).ending()).hasToString("113427455640312821154458202477256070484");
    assertThat(ranges.get(1).ending()).hasToString("226854911280625642308916404954512140969");
    assertThat(ranges.get(2).ending()).isEqualTo(HashKey.MAX);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 200, 10_000})
  void aUniformDivisionCoversEveryKeyOnce(int count) {
    List<HashKeyRange> ranges = HashKeyRange.uniform(count);
    assertThat(ranges).hasSize(count);
    assertThat(ranges.getFirst().starting()).isEqualTo(HashKey.MIN);
    assertThat(ranges.getLast().ending()).isEqualTo(HashKey.MAX);
    for (int i = 1; i < count; i++) {
      assertThat(ranges.get(i).starting().previous()).isEqualTo(ranges.get(i - 1).ending());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shardId-000000000007, shardId-000000000007",
    "shardId-7, shardId-000000000007",
    "foo-0, shardId-000000000000",
    "2147483647, shardId-002147483647"
  })
  void shardIdsAreReadAsLenientlyAsTheServiceDoes(String text, String expected) {
    assertThat(ShardId.parse(text).map(ShardId::toString)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shardId-", "shardId-x", "shardId-2147483648", "shard-Id-1"})
  void otherTextsAreNoShardIds(String text) {
    assertThat(ShardId.parse(text)).isEmpty();
  }
}
