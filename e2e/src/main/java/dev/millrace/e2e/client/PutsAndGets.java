// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import java.io.PrintStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Puts or gets records, with a client that is configured by the environment only. It prints one
 * line for each record:
 *
 * <ul>
 *   <li>{@code put STREAM N} puts N records, a hundred in a call: {@code acknowledged SHARD
 *       SEQUENCE-NUMBER HASH}
 *   <li>{@code latency STREAM N} puts N records of 1 KiB, one in a call: the same, and at the end
 *       {@code p50 MICROS}, {@code p99 MICROS} and {@code max MICROS}
 *   <li>{@code counted STREAM} puts records for {@value #KEYS} keys in turn, one in a call with a
 *       pause of 20 ms, until a SIGTERM ends it with exit code 0; the data of each ends with the
 *       number of records of its key before it: {@code acknowledged} as above, and {@code took
 *       MILLISECONDS-SINCE-1970 MICROS} with the start and the length of the call
 *   <li>{@code get STREAM} gets all records of all shards: {@code record SHARD SEQUENCE-NUMBER
 *       HASH}
 *   <li>{@code history STREAM} puts and gets with several threads; see {@link HistoryClient}
 * </ul>
 *
 * Its exit code is 0 when all calls succeeded, and 1 when a call failed after the retries of the
 * client.
 */
public final class PutsAndGets {
  private static final int BATCH = 100;
  private static final int RECORD_BYTES = 1024;

  /** The first calls, which the percentiles leave out. */
  private static final int WARM_UP_CALLS = 50;

  /** So many that each of 16 shards has some. */
  private static final int KEYS = 200;

  private static final Duration STEADY_PAUSE = Duration.ofMillis(20);

  /** Pause after a read that returned nothing: the service allows five reads a second. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final KinesisClient kinesis;
  private final String stream;
  private final PrintStream out;

  /** Makes the records of this run different from those of any other. */
  private final UUID run = UUID.randomUUID();

  private PutsAndGets(KinesisClient kinesis, String stream, PrintStream out) {
    this.kinesis = kinesis;
    this.stream = stream;
    this.out = out;
  }

  /** Runs the command in the arguments; see the class. */
  public static void main(String[] arguments) {
    try (KinesisClient kinesis = KinesisClient.create()) {
      PutsAndGets program = new PutsAndGets(kinesis, arguments[1], System.out);
      switch (arguments[0]) {
        case "put" -> program.put(Integer.parseInt(arguments[2]));
        case "latency" -> program.latency(Integer.parseInt(arguments[2]));
        case "counted" -> program.countedUntilStopped();
        case "get" -> program.get();
        case "history" -> HistoryClient.run(arguments[1], System.out);
        default -> throw new IllegalArgumentException("no such mode: " + arguments[0]);
      }
    }
  }

  private void put(int count) {
    for (int from = 0; from < count; from += BATCH) {
      putAll(
          IntStream.range(from, Math.min(from + BATCH, count))
              .mapToObj(
                  i ->
                      PutRecordsRequestEntry.builder()
                          .partitionKey("key " + i)
                          .data(SdkBytes.fromUtf8String("%s %d".formatted(run, i)))
                          .build())
              .toList());
    }
  }

  /**
   * Retries the entries that failed, as the developer guide of Kinesis tells applications to do.
   */
  private void putAll(List<PutRecordsRequestEntry> entries) {
    List<PutRecordsRequestEntry> left = entries;
    while (!left.isEmpty()) {
      List<PutRecordsRequestEntry> sent = left;
      PutRecordsResponse answer = kinesis.putRecords(put -> put.streamName(stream).records(sent));
      left = new ArrayList<>();
      for (int i = 0; i < sent.size(); i++) {
        PutRecordsResultEntry result = answer.records().get(i);
        if (result.errorCode() == null) {
          print("acknowledged", result.shardId(), result.sequenceNumber(), sent.get(i).data());
        } else {
          left.add(sent.get(i));
        }
      }
      if (!left.isEmpty()) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void latency(int count) {
    byte[] data = new byte[RECORD_BYTES];
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      byte[] name = SdkBytes.fromUtf8String("%s %d".formatted(run, i)).asByteArrayUnsafe();
      System.arraycopy(name, 0, data, 0, name.length);
      SdkBytes record = SdkBytes.fromByteArray(data);
      String key = "key " + i;
      long start = System.nanoTime();
      PutRecordResponse answer =
          kinesis.putRecord(put -> put.streamName(stream).partitionKey(key).data(record));
      nanos[i] = System.nanoTime() - start;
      print("acknowledged", answer.shardId(), answer.sequenceNumber(), record);
    }
    long[] warm = Arrays.copyOfRange(nanos, Math.min(WARM_UP_CALLS, count - 1), count);
    Arrays.sort(warm);
    out.printf("p50 %d%n", warm[warm.length / 2] / 1000);
    out.printf("p99 %d%n", warm[warm.length * 99 / 100] / 1000);
    out.printf("max %d%n", warm[warm.length - 1] / 1000);
  }

  /** A put is acknowledged before the next one of its key is sent, which gives the key an order. */
  private void countedUntilStopped() {
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    // The exit code of a process that a signal has ended would tell of a failure.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopped.set(true);
                  Runtime.getRuntime().halt(exit.join());
                }));
    try {
      for (int i = 0; !stopped.get(); i++) {
        String key = "key-" + i % KEYS;
        SdkBytes data = SdkBytes.fromUtf8String("%s %s %d".formatted(run, key, i / KEYS));
        long startMillis = System.currentTimeMillis();
        long start = System.nanoTime();
        PutRecordResponse answer =
            kinesis.putRecord(put -> put.streamName(stream).partitionKey(key).data(data));
        out.printf("took %d %d%n", startMillis, (System.nanoTime() - start) / 1000);
        print("acknowledged", answer.shardId(), answer.sequenceNumber(), data);
        LockSupport.parkNanos(STEADY_PAUSE.toNanos());
      }
      exit.complete(0);
    } finally {
      exit.complete(1);
    }
  }

  private void get() {
    kinesis
        .listShards(list -> list.streamName(stream))
        .shards()
        .forEach(shard -> getShard(shard.shardId()));
  }

  /** Reads from the oldest record until the response says that none is left. */
  private void getShard(String shard) {
    String iterator =
        kinesis
            .getShardIterator(
                get ->
                    get.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    while (iterator != null) {
      String here = iterator;
      GetRecordsResponse answer = kinesis.getRecords(get -> get.shardIterator(here));
      for (Record record : answer.records()) {
        print("record", shard, record.sequenceNumber(), record.data());
      }
      if (answer.records().isEmpty() && answer.millisBehindLatest() == 0) {
        return;
      }
      iterator = answer.nextShardIterator();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void print(String word, String shard, String sequenceNumber, SdkBytes data) {
    out.printf("%s %s %s %s%n", word, shard, sequenceNumber, hash(data));
  }

  static String hash(SdkBytes data) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(data.asByteArrayUnsafe()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
