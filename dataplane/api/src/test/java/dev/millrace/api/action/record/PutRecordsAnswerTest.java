// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.TestingLeader;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.TestingTime;
import dev.millrace.leader.control.LogCatalogue;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.schema.Decoded;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An error for the whole call never claims that a record with an unknown outcome was rejected. */
class PutRecordsAnswerTest {
  private static final StreamName NAME = new StreamName("s");

  private final TestingTime time = new TestingTime();
  private final TestingShards shards = new TestingShards();
  private final LogCatalogue catalogue = new LogCatalogue(shards, shards::streams);

  /** Each of two shards always fails with its own reason. */
  private static final class Failing extends TestingLeader {
    private final Reason first;
    private final Reason second;

    Failing(Reason first, Reason second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public CompletionStage<SessionOutcome> openSession(ShardRef shard) {
      return CompletableFuture.completedStage(new Outcome.SessionOpened(1));
    }

    @Override
    public CompletionStage<AppendOutcome> append(
        ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {
      Reason reason = shard.shard().index() == 0 ? first : second;
      return CompletableFuture.failedStage(new LogRefusedException(reason, "scripted", null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_LEADER, UNKNOWN_OUTCOME, INTERNAL_FAILURE",
    "UNKNOWN_OUTCOME, NOT_LEADER, INTERNAL_FAILURE",
    "UNKNOWN_OUTCOME, DISK_FULL, INTERNAL_FAILURE",
    "NOT_LEADER, DISK_FULL, SERVICE_UNAVAILABLE",
  })
  void anUnknownOutcomeIsReportedAsUnknown(
      Reason first, Reason second, KinesisError.Name reported) {
    StreamDefinition stream =
        StreamDefinition.creating(
                NAME,
                new StreamId(7),
                time.nowMillis() / 1000,
                StreamSettings.of(StreamMode.PROVISIONED),
                2)
            .withStatus(StreamStatus.ACTIVE);
    catalogue.create(stream).toCompletableFuture().join();
    StreamLookup streams = new StreamLookup(catalogue, "us-east-1", "000000000000");
    PutRecordsAction action =
        new PutRecordsAction(
            streams,
            new RecordWriter(
                streams,
                new SessionWriter(new Failing(first, second), time::later, time::nanoTime),
                time::later),
            () -> new Random(1));
    String body =
        """
        {"StreamName":"s","Records":[
          {"PartitionKey":"a","Data":"","ExplicitHashKey":"0"},
          {"PartitionKey":"b","Data":"","ExplicitHashKey":"340282366920938463463374607431768211455"}]}
        """;
    Decoded.Input input =
        (Decoded.Input)
            action.input().decode(Codec.JSON, Blob.of(body.getBytes(StandardCharsets.UTF_8)));
    CompletionStage<Answer> answer = action.perform(new Call(input.structure(), Codec.JSON));
    time.runOut();
    assertThat(answer.toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Answer.Failure.class,
            refused -> assertThat(refused.error().name()).isEqualTo(reported));
  }
}
