// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.record.RecordChecks.HashedRecord;
import dev.millrace.api.action.record.RecordWriter.RecordResult;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.TestingTime;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.protocol.Blob;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The real writer of a front, for simulations of other packages. */
public final class SimulatedFront {
  /** What the client of a put is told. */
  public sealed interface PutResult {
    /** It is stored under this number. */
    record PutStored(ShardId shard, SequenceNumber number) implements PutResult {}

    /** It is certainly not stored. */
    record PutRefused() implements PutResult {}

    /** It may be stored. */
    record PutUnanswered() implements PutResult {}
  }

  private final RecordWriter writer;

  public SimulatedFront(StreamCatalogue catalogue, ShardLeader leader, TestingTime time) {
    this.writer =
        new RecordWriter(
            new StreamLookup(catalogue, "us-east-1", "000000000000"),
            new SessionWriter(leader, time::later, time::nanoTime),
            time::later);
  }

  public CompletionStage<PutResult> put(StreamDefinition stream, HashKey key, String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    HashedRecord record = new HashedRecord(key, new byte[] {'k'}, new Blob(data, 0, data.length));
    return writer.write(stream, List.of(record)).thenApply(results -> told(results.getFirst()));
  }

  private static PutResult told(RecordResult result) {
    return switch (result) {
      case RecordResult.Written(ShardId shard, SequenceNumber number, boolean encrypted) ->
          new PutResult.PutStored(shard, number);
      case RecordResult.Failed(KinesisError error) ->
          error.name() == KinesisError.Name.INTERNAL_FAILURE
              ? new PutResult.PutUnanswered()
              : new PutResult.PutRefused();
    };
  }
}
