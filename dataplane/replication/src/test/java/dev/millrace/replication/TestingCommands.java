// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.port.TestingShardStore;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** Commands that carry a number, by which a test knows them again. */
final class TestingCommands {
  static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  private TestingCommands() {}

  /** Opens the shard that {@link #append} writes to; it has no number. */
  static Command open() {
    return new OpenShard(SHARD, HashKeyRange.ALL, List.of(), 0);
  }

  /** The smallest command. */
  static Command tiny(long number) {
    return new DropShard(new ShardRef(new StreamId(number), new ShardId(0)));
  }

  /** A command with a payload of so many bytes; its number is its arrival time. */
  static Command append(long number, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    new Random(number).nextBytes(payload);
    return new AppendRecords(
        SHARD, number, BatchNumber.NONE, List.of(), new RecordBatch(1, ByteBuffer.wrap(payload)));
  }

  /** A command whose record is encrypted, as far as anyone can tell. */
  static Command encrypted(long number) {
    WrappedKey key = new WrappedKey("alias/k", ByteBuffer.wrap(new byte[] {1, 2, 3}));
    return new AppendRecords(
        SHARD,
        number,
        BatchNumber.NONE,
        List.of(),
        new RecordBatch(1, ByteBuffer.allocate(40), new RecordProtection.Encrypted(key)));
  }

  /** The numbers of the commands that a store has applied, in order. */
  static List<Long> numbers(TestingShardStore store) {
    return store.entries().stream()
        .flatMap(entry -> entry.commands().stream())
        .filter(command -> !(command instanceof OpenShard))
        .map(TestingCommands::number)
        .toList();
  }

  /** A command's number. */
  static long number(Command command) {
    if (command instanceof AppendRecords append) {
      return append.arrivalMillis();
    }
    if (command instanceof DropShard drop) {
      return drop.shard().stream().bits();
    }
    throw new IllegalArgumentException("not made here: " + command);
  }
}
