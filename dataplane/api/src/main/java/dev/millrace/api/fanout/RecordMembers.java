// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.protocol.answer.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the members that GetRecords and SubscribeToShard share: records and child shards. */
public final class RecordMembers {
  private static final long RECORD_BYTES = 256;

  private RecordMembers() {}

  /** The expected size of an answer with these records, in bytes. */
  public static int expectedBytes(List<StoredRecord> records) {
    return (int) (1024 + records.size() * RECORD_BYTES + bytes(records) * 4 / 3);
  }

  /** The size of data and partition keys, in bytes. */
  public static long bytes(List<StoredRecord> records) {
    long bytes = 0;
    for (StoredRecord record : records) {
      bytes += record.data().remaining() + record.partitionKey().remaining();
    }
    return bytes;
  }

  /** The member {@code Records}. */
  public static void records(WireWriter out, ShardId shard, ReadResult.RecordPage found) {
    out.startList("Records");
    for (StoredRecord record : found.records()) {
      long arrivalSecond = Math.floorDiv(record.arrivalMillis(), 1000L);
      out.startStructure();
      out.text(
          "SequenceNumber",
          new SequenceNumber(found.creationSecond(), shard, record.position(), arrivalSecond)
              .toString());
      out.timestamp("ApproximateArrivalTimestamp", record.arrivalMillis());
      ByteBuffer data = record.data();
      out.blob("Data", data.array(), data.arrayOffset() + data.position(), data.remaining());
      if (record.partitionKey().hasRemaining()) {
        out.text(
            "PartitionKey",
            StandardCharsets.UTF_8.decode(record.partitionKey().duplicate()).toString());
      }
      if (record.encrypted()) {
        out.text("EncryptionType", "KMS");
      }
      out.end();
    }
    out.end();
  }

  /** The member {@code ChildShards}, for a reader that has reached the end of a shard. */
  public static void children(WireWriter out, StreamDefinition stream, ShardId parent) {
    out.startList("ChildShards");
    for (ShardDefinition child : stream.shape().children(parent)) {
      out.startStructure();
      out.text("ShardId", child.id().toString());
      out.startList("ParentShards");
      child.parents().forEach(each -> out.text(each.toString()));
      out.end();
      range(out, child);
      out.end();
    }
    out.end();
  }

  /** The member {@code HashKeyRange}. */
  public static void range(WireWriter out, ShardDefinition shard) {
    out.startStructure("HashKeyRange");
    out.text("StartingHashKey", shard.range().starting().toString());
    out.text("EndingHashKey", shard.range().ending().toString());
    out.end();
  }
}
