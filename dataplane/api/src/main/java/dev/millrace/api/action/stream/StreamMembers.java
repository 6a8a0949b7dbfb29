// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.fanout.RecordMembers;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.protocol.answer.WireWriter;

/** Writes the members that descriptions and listings of streams share. */
public final class StreamMembers {
  private StreamMembers() {}

  /** Name, ARN, status, mode and creation time. */
  public static void identity(WireWriter out, StreamLookup streams, StreamDefinition stream) {
    out.text("StreamName", stream.name().text());
    out.text("StreamARN", streams.arn(stream.name()));
    out.text("StreamStatus", stream.status().name());
    out.startStructure("StreamModeDetails");
    out.text("StreamMode", stream.settings().mode().name());
    out.end();
    out.timestamp("StreamCreationTimestamp", stream.creationSecond() * 1000);
  }

  /** Retention, monitoring and encryption. */
  public static void settings(WireWriter out, StreamDefinition stream) {
    StreamSettings settings = stream.settings();
    out.number("RetentionPeriodHours", settings.retentionHours());
    out.startList("EnhancedMonitoring");
    out.startStructure();
    out.startList("ShardLevelMetrics");
    settings.shardLevelMetrics().forEach(out::text);
    out.end();
    out.end();
    out.end();
    encryption(out, stream);
    settings.keyId().ifPresent(key -> out.text("KeyId", key));
  }

  /** The encryption of new records. */
  private static void encryption(WireWriter out, StreamDefinition stream) {
    out.text("EncryptionType", stream.settings().keyId().isPresent() ? "KMS" : "NONE");
  }

  /** Warm throughput, whose target is always reached at once. */
  public static void warmThroughput(WireWriter out, int miBps) {
    out.startStructure("WarmThroughput");
    out.number("TargetMiBps", miBps);
    out.number("CurrentMiBps", miBps);
    out.end();
  }

  /** One shard of a listing. */
  public static void shard(WireWriter out, ShardDefinition shard) {
    out.startStructure();
    out.text("ShardId", shard.id().toString());
    if (!shard.parents().isEmpty()) {
      out.text("ParentShardId", shard.parents().getFirst().toString());
    }
    if (shard.parents().size() > 1) {
      out.text("AdjacentParentShardId", shard.parents().getLast().toString());
    }
    RecordMembers.range(out, shard);
    out.startStructure("SequenceNumberRange");
    out.text("StartingSequenceNumber", shard.startingSequenceNumber().toString());
    shard
        .endingSequenceNumber()
        .ifPresent(number -> out.text("EndingSequenceNumber", number.toString()));
    out.end();
    out.end();
  }
}
