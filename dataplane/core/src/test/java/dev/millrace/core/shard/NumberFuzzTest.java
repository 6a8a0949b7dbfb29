// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import java.util.List;
import java.util.Set;

/** Texts of clients that are numbers: sequence numbers, shard ids and hash keys. */
final class NumberFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return utf8(
        SequenceNumber.starting(1_700_000_000L, new ShardId(3)).toString(),
        new SequenceNumber((1L << 36) - 1, new ShardId(Integer.MAX_VALUE), Long.MAX_VALUE, 0)
            .toString(),
        new ShardId(77).toString(),
        HashKey.MAX.toString());
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8("-", "+", "0", "9", "99999999999999999999", "٣", "shardId-", "-1");
  }

  @Override
  protected void decode(byte[] input) {
    String text = new String(input, UTF_8);
    SequenceNumber.parse(text).ifPresent(found -> assertThat(found).hasToString(text));
    ShardId.parse(text).ifPresent(id -> assertThat(ShardId.parse(id.toString())).contains(id));
    HashKey.parse(text).ifPresent(key -> assertThat(HashKey.parse(key.toString())).contains(key));
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }
}
