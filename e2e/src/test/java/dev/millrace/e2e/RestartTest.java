// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;

/** Streams, records and iterators survive a restart of the process, however it ended. */
class RestartTest {
  private static final String STREAM = "kept";
  private static final String SHARD = "shardId-000000000000";
  private static final int SIGTERM_EXIT = 143;

  /** How a process ends. */
  enum End {
    SIGTERM {
      @Override
      void end(MillraceProcess server) {
        assertThat(server.stop()).isIn(0, SIGTERM_EXIT);
      }
    },
    SIGKILL {
      @Override
      void end(MillraceProcess server) {
        server.kill();
      }
    };

    abstract void end(MillraceProcess server);
  }

  @ParameterizedTest
  @EnumSource
  void whatExistedIsKeptAndWhatWasDeletedStaysDeleted(End end, @TempDir Path data)
      throws IOException {
    StreamDescription description;
    List<Record> records;
    List<String> iterators;
    String page;
    List<String> shards;
    byte[] certificate;
    try (MillraceProcess server = MillraceProcess.in(data).start();
        KinesisClient client = Clients.sync(server.http(), null)) {
      client.createStream(request -> request.streamName(STREAM).shardCount(3));
      client.createStream(request -> request.streamName("gone").shardCount(1));
      for (int i = 0; i < 20; i++) {
        put(client, STREAM, "before " + i);
        put(client, "gone", "gone " + i);
      }
      iterators =
          List.of(
              iterator(client, ShardIteratorType.TRIM_HORIZON),
              middleIterator(client),
              iterator(client, ShardIteratorType.LATEST));
      client.deleteStream(request -> request.streamName("gone"));
      description = describe(client);
      records = ShardReading.all(client, STREAM, SHARD);
      ListShardsResponse first =
          client.listShards(request -> request.streamName(STREAM).maxResults(1));
      page = first.nextToken();
      shards = ShardReading.shards(client, STREAM);
      certificate = Files.readAllBytes(server.certificate());
      end.end(server);
    }
    try (MillraceProcess server = MillraceProcess.in(data).start();
        KinesisClient client = Clients.sync(server.http(), null)) {
      assertThat(client.listStreams().streamNames()).containsExactly(STREAM);
      assertThat(describe(client)).isEqualTo(description);
      assertThat(records).hasSize(20);
      assertThat(ShardReading.all(client, STREAM, SHARD)).isEqualTo(records);
      assertThat(client.listShards(request -> request.nextToken(page)).shards())
          .extracting(shard -> shard.shardId())
          .isEqualTo(shards.subList(1, 3));
      assertThat(Files.readAllBytes(server.certificate())).isEqualTo(certificate);
      assertIteratorsGoOn(client, iterators, records);
      assertAStreamOfTheSameNameIsEmpty(client);
    }
  }

  private static void assertIteratorsGoOn(
      KinesisClient client, List<String> iterators, List<Record> records) {
    assertThat(read(client, iterators.get(0)).records()).isEqualTo(records);
    assertThat(read(client, iterators.get(1)).records()).isEqualTo(records.subList(10, 20));
    assertThat(read(client, iterators.get(2)).records()).isEmpty();
    String after = put(client, STREAM, "after");
    assertThat(after.compareTo(records.getLast().sequenceNumber())).isPositive();
    assertThat(read(client, iterators.get(2)).records())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.sequenceNumber()).isEqualTo(after);
              assertThat(record.data().asUtf8String()).isEqualTo("after");
            });
  }

  private static void assertAStreamOfTheSameNameIsEmpty(KinesisClient client) {
    client.createStream(request -> request.streamName("gone").shardCount(1));
    assertThat(ShardReading.all(client, "gone", SHARD)).isEmpty();
  }

  private static StreamDescription describe(KinesisClient client) {
    return client.describeStream(request -> request.streamName(STREAM)).streamDescription();
  }

  private static String put(KinesisClient client, String stream, String text) {
    return client
        .putRecord(
            request ->
                request
                    .streamName(stream)
                    .partitionKey("k")
                    .explicitHashKey("0")
                    .data(SdkBytes.fromUtf8String(text)))
        .sequenceNumber();
  }

  private static String iterator(KinesisClient client, ShardIteratorType type) {
    return client
        .getShardIterator(
            request -> request.streamName(STREAM).shardId(SHARD).shardIteratorType(type))
        .shardIterator();
  }

  /** The iterator of a reader that has read ten records. */
  private static String middleIterator(KinesisClient client) {
    String start = iterator(client, ShardIteratorType.TRIM_HORIZON);
    return client.getRecords(request -> request.shardIterator(start).limit(10)).nextShardIterator();
  }

  private static GetRecordsResponse read(KinesisClient client, String iterator) {
    return client.getRecords(request -> request.shardIterator(iterator));
  }
}
