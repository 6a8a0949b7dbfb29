// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import dev.millrace.e2e.Eventually;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Reads the end of the shard at one member, again and again, and compares each answer with what had
 * been acknowledged to anybody before the call began.
 *
 * @param name for messages
 * @param kinesis a client of one member only, without retries
 * @param acknowledged the highest that was acknowledged
 * @param answers counts reads that were answered
 * @param old what was wrong
 */
record TipReader(
    String name,
    KinesisClient kinesis,
    Supplier<Acknowledged> acknowledged,
    BooleanSupplier stopped,
    AtomicLong answers,
    List<String> old)
    implements Runnable {
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** Longer than a member is frozen. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(40);

  TipReader(
      String name,
      KinesisClient kinesis,
      Supplier<Acknowledged> acknowledged,
      BooleanSupplier stopped) {
    this(name, kinesis, acknowledged, stopped, new AtomicLong(), new CopyOnWriteArrayList<>());
  }

  /**
   * A record that a put was told about.
   *
   * @param number its sequence number
   * @param begunNanos when that put began
   */
  record Acknowledged(BigInteger number, long begunNanos) {
    static final Acknowledged NOTHING = new Acknowledged(BigInteger.ZERO, 0);

    Acknowledged max(Acknowledged other) {
      return number.compareTo(other.number) >= 0 ? this : other;
    }
  }

  /** A client of one member. */
  static KinesisClient clientOf(URI endpoint) {
    return KinesisClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
        .overrideConfiguration(
            override ->
                override.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(CALL_TIMEOUT))
        .build();
  }

  /** Where the reader is. */
  private static final class Cursor {
    private @Nullable String iterator;

    /** What was acknowledged before LATEST was asked for; nothing of it follows. */
    private BigInteger passed = BigInteger.ZERO;

    /** When LATEST was answered: what was put since is behind it. */
    private long foundNanos;

    /** The highest number received. */
    private BigInteger position = BigInteger.ZERO;
  }

  @Override
  public void run() {
    Cursor cursor = new Cursor();
    while (!stopped.getAsBoolean()) {
      try {
        read(cursor);
        answers.incrementAndGet();
      } catch (SdkException refused) {
        // Which is always right: the reader begins at the end once more.
        cursor.iterator = null;
      }
      Eventually.pass(PAUSE);
    }
  }

  private void read(Cursor cursor) {
    String iterator = cursor.iterator;
    if (iterator == null) {
      cursor.passed = acknowledged.get().number();
      iterator =
          kinesis
              .getShardIterator(
                  get ->
                      get.streamName(ReplicaGroup.STREAM)
                          .shardId(ReplicaGroup.SHARD_ID)
                          .shardIteratorType(ShardIteratorType.LATEST))
              .shardIterator();
      cursor.foundNanos = System.nanoTime();
    }
    Acknowledged before = acknowledged.get();
    String from = iterator;
    GetRecordsResponse answer = kinesis.getRecords(get -> get.shardIterator(from));
    for (Record record : answer.records()) {
      BigInteger number = new BigInteger(record.sequenceNumber());
      if (number.compareTo(cursor.passed) <= 0) {
        old.add(
            "%s: LATEST, asked for after %s was acknowledged, led to %s"
                .formatted(name, cursor.passed, number));
      }
      cursor.position = cursor.position.max(number);
    }
    if (answer.millisBehindLatest() == 0
        && before.begunNanos() - cursor.foundNanos > 0
        && cursor.position.compareTo(before.number()) < 0) {
      old.add(
          "%s: told that nothing follows %s, after %s was acknowledged"
              .formatted(name, cursor.position, before.number()));
    }
    cursor.iterator = answer.nextShardIterator();
  }
}
