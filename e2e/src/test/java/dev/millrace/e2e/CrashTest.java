// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.History.Found;
import dev.millrace.e2e.History.Place;
import dev.millrace.e2e.History.RecordName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;

/**
 * After kill -9 at any moment, every acknowledged record is there: once, in order, with the
 * sequence number that was returned. Every restart succeeds without help.
 */
class CrashTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final long LONGEST_LIFE_MILLIS = 3000;
  private static final int READINESS_SECONDS = 60;

  /** A kind of writer: the size of its records and their number in a call. */
  private record Kind(int bytes, int atOnce) {}

  private static final long LONGEST_PAUSE_MILLIS = 500;
  private static final int MOST_SHARDS = 6;

  private static final List<Kind> KINDS =
      List.of(
          new Kind(100, 1),
          new Kind(100, 200),
          new Kind(KIB, 1),
          new Kind(KIB, 100),
          new Kind(MIB, 1),
          new Kind(MIB, 4),
          new Kind(10 * MIB - 64, 1));

  @TempDir private Path folder;

  @Test
  void nothingAcknowledgedIsLostReorderedOrInvented() throws Exception {
    int rounds = Integer.getInteger("millrace.crash.rounds", 5);
    long seed = Long.getLong("millrace.crash.seed", System.nanoTime());
    System.out.println("CrashTest: " + rounds + " rounds, -Dmillrace.crash.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Path data = folder.resolve("data");
    History previous = new History();
    int acknowledged = 0;
    for (int round = 0; round < rounds; round++) {
      History history = new History();
      writeUntilKilled(data, stream(round), history, random);
      acknowledged += history.acknowledgedCount();
      try (MillraceProcess restarted = MillraceProcess.in(data).start();
          KinesisClient client = Clients.sync(restarted.http(), null)) {
        assertThat(history.check(readAll(client, stream(round))))
            .as("round %d of seed %d", round, seed)
            .isEmpty();
        if (round > 0) {
          assertThat(previous.check(readAll(client, stream(round - 1))))
              .as("round %d of seed %d, the stream before", round, seed)
              .isEmpty();
          int old = round - 1;
          client.deleteStream(r -> r.streamName(stream(old)));
        }
        if (random.nextBoolean()) {
          restarted.kill();
        }
      }
      previous = history;
    }
    System.out.println("CrashTest: " + acknowledged + " records were acknowledged, all were read");
    assertThat(acknowledged).isGreaterThan(100 * rounds);
  }

  private static String stream(int round) {
    return "round-" + round;
  }

  private static void writeUntilKilled(
      Path data, String stream, History history, SplittableRandom random) throws Exception {
    try (MillraceProcess millrace = MillraceProcess.in(data).start();
        KinesisClient client = Clients.sync(millrace.http(), null)) {
      client.createStream(r -> r.streamName(stream).shardCount(3).maxRecordSizeInKiB(10 * KIB));
      CountDownLatch writing = new CountDownLatch(KINDS.size());
      List<Thread> writers = new ArrayList<>();
      for (Kind kind : KINDS) {
        String writer = "w" + writers.size();
        writers.add(
            Thread.ofPlatform()
                .start(() -> write(millrace, stream, history, writer, kind, writing)));
      }
      long seed = random.nextLong();
      writers.add(Thread.ofPlatform().start(() -> reshape(millrace, stream, seed)));
      assertThat(writing.await(READINESS_SECONDS, TimeUnit.SECONDS)).isTrue();
      Eventually.pass(Duration.ofMillis(random.nextLong(LONGEST_LIFE_MILLIS)));
      millrace.kill();
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  /** Keeps changing the number of shards until a call gets no response. */
  private static void reshape(MillraceProcess millrace, String stream, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (KinesisClient client = Clients.withoutRetries(millrace.http())) {
      while (true) {
        Eventually.pass(Duration.ofMillis(random.nextLong(LONGEST_PAUSE_MILLIS)));
        reshape(client, stream, 1 + random.nextInt(MOST_SHARDS));
      }
    } catch (SdkException killed) {
      // The server was killed during a change or between two.
    }
  }

  private static void reshape(KinesisClient client, String stream, int shards) {
    try {
      client.updateShardCount(
          r ->
              r.streamName(stream)
                  .targetShardCount(shards)
                  .scalingType(ScalingType.UNIFORM_SCALING));
    } catch (ResourceInUseException changing) {
      // The previous change is still in progress.
    }
  }

  /** Writes, each call after the response to the last, until a call gets no response. */
  private static void write(
      MillraceProcess millrace,
      String stream,
      History history,
      String writer,
      Kind kind,
      CountDownLatch writing) {
    try (KinesisClient client = Clients.withoutRetries(millrace.http())) {
      for (long number = 0; ; number += kind.atOnce()) {
        if (kind.atOnce() == 1) {
          putOne(client, stream, history, new RecordName(writer, number), kind.bytes());
        } else {
          putMany(client, stream, history, writer, number, kind);
        }
        writing.countDown();
      }
    } catch (SdkException killed) {
      // The outcome of the last call is unknown: its records may be stored or not.
      writing.countDown();
    }
  }

  private static void putOne(
      KinesisClient client, String stream, History history, RecordName name, int bytes) {
    history.sending(name);
    PutRecordResponse answer =
        client.putRecord(r -> r.streamName(stream).partitionKey(key(name)).data(data(name, bytes)));
    history.acknowledged(name, new Place(answer.shardId(), answer.sequenceNumber()));
  }

  private static void putMany(
      KinesisClient client, String stream, History history, String writer, long first, Kind kind) {
    List<RecordName> names = new ArrayList<>();
    List<PutRecordsRequestEntry> entries = new ArrayList<>();
    for (int i = 0; i < kind.atOnce(); i++) {
      RecordName name = new RecordName(writer, first + i);
      names.add(name);
      history.sending(name);
      entries.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(key(name))
              .data(data(name, kind.bytes()))
              .build());
    }
    PutRecordsResponse answer = client.putRecords(r -> r.streamName(stream).records(entries));
    for (int i = 0; i < names.size(); i++) {
      PutRecordsResultEntry result = answer.records().get(i);
      if (result.errorCode() == null) {
        history.acknowledged(names.get(i), new Place(result.shardId(), result.sequenceNumber()));
      }
    }
  }

  private static String key(RecordName name) {
    return name.writer() + "-" + name.number() % 7;
  }

  /** {@code writer:number:}, followed by letters derived from both. */
  private static SdkBytes data(RecordName name, int bytes) {
    return SdkBytes.fromByteArrayUnsafe(bytes(name, bytes));
  }

  private static byte[] bytes(RecordName name, int length) {
    byte[] head = (name.writer() + ":" + name.number() + ":").getBytes(US_ASCII);
    byte[] data = Arrays.copyOf(head, length);
    for (int i = head.length; i < length; i++) {
      data[i] = (byte) ('a' + (name.number() + i) % 26);
    }
    return data;
  }

  private static List<Found> readAll(KinesisClient client, String stream) {
    List<Found> found = new ArrayList<>();
    for (String shard : ShardReading.shards(client, stream)) {
      ShardReading.each(client, stream, shard, record -> found.add(found(shard, record)));
    }
    return found;
  }

  private static Found found(String shard, Record record) {
    byte[] data = record.data().asByteArrayUnsafe();
    String head = new String(data, 0, Math.min(data.length, 40), US_ASCII);
    String[] parts = head.split(":", 3);
    RecordName name = new RecordName(parts[0], Long.parseLong(parts[1]));
    return new Found(
        name,
        new Place(shard, record.sequenceNumber()),
        Arrays.equals(data, bytes(name, data.length)));
  }
}
