// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.StateRowDigest;
import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows of a shard's family: records, and states with windows of sessions. */
final class ShardRowFuzzTest extends DecoderFuzz {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(7));

  /** The rows of a shard that has sessions, records and a seal, as they are written. */
  @Override
  protected List<byte[]> seeds() {
    byte[] key = "key".getBytes(UTF_8);
    RecordBatch records =
        new RecordBatch.Builder(16).add(key, key, 0, 3).add(key, key, 1, 2).build();
    List<byte[]> rows = new ArrayList<>();
    for (boolean digested : new boolean[] {false, true}) {
      Optional<ShardState> state = Optional.empty();
      List<Command.ShardCommand> commands =
          List.of(
              new Command.OpenShard(
                  SHARD,
                  HashKeyRange.uniform(3).get(1),
                  List.of(new ShardId(1), new ShardId(2)),
                  1_700_000_000L,
                  digested),
              new Command.OpenSession(SHARD, 77, 128),
              new Command.AppendRecords(
                  SHARD, 1_700_000_000_000L, new BatchNumber(77, 1, 0), List.of(0, 1), records),
              new Command.RenewState(SHARD, Optional.<StateRowDigest>empty()),
              new Command.SealShard(SHARD, 1_700_000_100L, Optional.of("a plan")));
      for (int index = 0; index < commands.size(); index++) {
        ShardMachine.Step applied =
            ShardMachine.apply(state, commands.get(index), new LogPosition(1, index));
        state = applied.state();
        applied.row().ifPresent(row -> rows.add(row.row().encode()));
      }
    }
    return rows;
  }

  @Override
  protected void decode(byte[] input) {
    ShardRow row = ShardRow.decode(ByteBuffer.wrap(input));
    byte[] encoded = row.encode();
    assertThat(ShardRow.decode(ByteBuffer.wrap(encoded)).encode()).isEqualTo(encoded);
    assertThat(row.positions()).isPositive();
    if (row instanceof ShardRow.Records records) {
      try {
        assertThat(records.records().entries()).hasSize(records.records().count());
      } catch (IllegalStateException damaged) {
        assertThat(records.records().isWellFormed()).isFalse();
      }
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IllegalStateException.class, IllegalArgumentException.class);
  }
}
