// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import java.util.List;
import java.util.Optional;

/**
 * A small log: a stream with two shards, one of which receives a batch twice, and another shard
 * that is dropped.
 */
public final class TestingEntries {
  public static final StreamName NAME = new StreamName("orders");
  public static final ShardRef FIRST = new ShardRef(new StreamId(7), new ShardId(0));
  public static final ShardRef SECOND = new ShardRef(new StreamId(7), new ShardId(1));
  public static final ShardRef DROPPED = new ShardRef(new StreamId(8), new ShardId(0));
  public static final long SECOND_OF_CREATION = 1_700_000_000L;
  public static final long MILLIS = SECOND_OF_CREATION * 1000;

  /** The id of the session that is opened in the first shard. */
  public static final long SESSION = 1L << 60;

  private static final StreamDefinition STREAM =
      StreamDefinition.creating(
          NAME, new StreamId(7), SECOND_OF_CREATION, StreamSettings.of(StreamMode.PROVISIONED), 2);

  private TestingEntries() {}

  /** The entries, the first at index 0. */
  public static List<List<Command>> log() {
    return List.of(
        List.of(replace(0, Optional.of(STREAM))),
        List.of(open(FIRST), open(SECOND)),
        List.of(append(FIRST, 1, "a", 3), append(SECOND, 2, "b", 1)),
        List.of(replace(1, Optional.of(STREAM.withStatus(StreamStatus.ACTIVE)))),
        List.of(open(DROPPED)),
        List.of(append(DROPPED, 3, "gone", 5), append(FIRST, 3, "c", 1), append(FIRST, 3, "d", 2)),
        List.of(append(SECOND, 1, "clock fell", 2)),
        List.of(new Command.DropShard(DROPPED)),
        List.of(append(FIRST, 9, "e", 4), append(DROPPED, 9, "too late", 1)),
        List.of(append(SECOND, 10, "f", 1)),
        List.of(new Command.OpenSession(FIRST, SESSION, 8)),
        List.of(append(FIRST, 11, "g", 2, new BatchNumber(SESSION, 1, 0))),
        List.of(
            append(FIRST, 12, "h", 1, new BatchNumber(SESSION, 2, 0)),
            append(FIRST, 12, "again", 2, new BatchNumber(SESSION, 1, 0))),
        List.of(
            new Command.RenewState(FIRST),
            append(FIRST, 13, "i", 1, new BatchNumber(SESSION, 3, 1))));
  }

  public static Command replace(long expectedRevision, Optional<StreamDefinition> definition) {
    return new Command.ReplaceStream(NAME, expectedRevision, definition);
  }

  public static Command open(ShardRef shard) {
    return new Command.OpenShard(shard, HashKeyRange.ALL, List.of(), SECOND_OF_CREATION);
  }

  public static Command append(ShardRef shard, long afterMillis, String key, int count) {
    return append(shard, afterMillis, key, count, BatchNumber.NONE);
  }

  public static Command append(
      ShardRef shard, long afterMillis, String key, int count, BatchNumber batch) {
    RecordBatch.Builder records = new RecordBatch.Builder(64);
    for (int i = 0; i < count; i++) {
      byte[] data = (key + i).getBytes(UTF_8);
      records.add(key.getBytes(UTF_8), data, 0, data.length);
    }
    return new Command.AppendRecords(
        shard, MILLIS + afterMillis, batch, List.of(), records.build());
  }

  public static LogPosition at(long index) {
    return new LogPosition(1, index);
  }
}
