// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;

/** 100,000 lines of text are read back from four shards, each shard in order. */
class TextThroughFourShardsTest {
  private static final int LINES = 100_000;
  private static final int BATCH = 500;

  @TempDir private Path folder;

  /**
   * The text: what every JDK carries of legal notices, repeated with its round as often as it takes
   * (a line's number keeps repeated lines apart).
   */
  private static List<String> text() throws IOException {
    List<String> notices = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("java.home"), "legal"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        notices.addAll(Files.readAllLines(file, UTF_8));
      }
    }
    assertThat(notices).as("the JDK's legal notices").hasSizeGreaterThan(1000);
    List<String> lines = new ArrayList<>(LINES);
    for (int i = 0; i < LINES; i++) {
      lines.add(i + "\t" + notices.get(i % notices.size()));
    }
    return lines;
  }

  @Test
  void theSameLinesComeBackEachShardInOrder() throws Exception {
    List<String> lines = text();
    Map<String, List<String>> sent = new HashMap<>();
    try (MillraceProcess millrace = MillraceProcess.in(folder.resolve("data")).start();
        KinesisClient client = Clients.sync(millrace.http(), null)) {
      client.createStream(r -> r.streamName("text").shardCount(4));
      client.waiter().waitUntilStreamExists(r -> r.streamName("text"));
      for (int from = 0; from < LINES; from += BATCH) {
        List<String> batch = lines.subList(from, from + BATCH);
        PutRecordsResponse answer =
            client.putRecords(
                r ->
                    r.streamName("text")
                        .records(batch.stream().map(TextThroughFourShardsTest::entry).toList()));
        assertThat(answer.failedRecordCount()).isZero();
        for (int i = 0; i < BATCH; i++) {
          sent.computeIfAbsent(answer.records().get(i).shardId(), s -> new ArrayList<>())
              .add(answer.records().get(i).sequenceNumber() + " " + batch.get(i));
        }
      }
      assertThat(sent).hasSize(4);
      for (String shard : ShardReading.shards(client, "text")) {
        assertThat(
                ShardReading.all(client, "text", shard).stream()
                    .map(TextThroughFourShardsTest::show)
                    .toList())
            .isEqualTo(sent.get(shard));
      }
    }
  }

  private static PutRecordsRequestEntry entry(String line) {
    return PutRecordsRequestEntry.builder()
        .partitionKey(line.substring(0, line.indexOf('\t')))
        .data(SdkBytes.fromUtf8String(line))
        .build();
  }

  private static String show(Record record) {
    return record.sequenceNumber() + " " + record.data().asString(UTF_8);
  }
}
