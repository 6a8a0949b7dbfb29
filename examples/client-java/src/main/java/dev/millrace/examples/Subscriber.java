// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.examples;

import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/**
 * Receives the records of the stream {@code STREAM} as its registered consumer {@code CONSUMER},
 * from the oldest one, until it is stopped: shards push them, and it asks for nothing. It prints a
 * line for each record: {@code got SHARD SEQUENCE-NUMBER DATA}.
 */
public final class Subscriber {
  private static final int PAUSE_MILLIS = 1000;

  private final KinesisAsyncClient kinesis;
  private final String consumerArn;
  private final ParentsFirst order = new ParentsFirst();

  private Subscriber(KinesisAsyncClient kinesis, String consumerArn) {
    this.kinesis = kinesis;
    this.consumerArn = consumerArn;
  }

  public static void main(String[] arguments) throws InterruptedException {
    String stream = System.getenv("STREAM");
    try (KinesisClient control = KinesisClient.create();
        KinesisAsyncClient kinesis = KinesisAsyncClient.create()) {
      String streamArn =
          control
              .describeStreamSummary(describe -> describe.streamName(stream))
              .streamDescriptionSummary()
              .streamARN();
      String consumerArn =
          control
              .describeStreamConsumer(
                  describe -> describe.streamARN(streamArn).consumerName(System.getenv("CONSUMER")))
              .consumerDescription()
              .consumerARN();
      Subscriber subscriber = new Subscriber(kinesis, consumerArn);
      ParentsFirst.first(control, stream).forEach(subscriber::begin);
      // The threads below follow the shards; SIGTERM ends the process.
      Thread.currentThread().join();
    }
  }

  private void begin(String shard) {
    Thread.ofPlatform().name(shard).start(() -> follow(new ShardPosition(shard)));
  }

  /** A subscription lasts five minutes at most; the next one goes on where it has ended. */
  private void follow(ShardPosition position) {
    while (!position.isAtEnd()) {
      try {
        kinesis
            .subscribeToShard(
                subscribe ->
                    subscribe
                        .consumerARN(consumerArn)
                        .shardId(position.shard)
                        .startingPosition(position.next()),
                SubscribeToShardResponseHandler.builder()
                    .subscriber(
                        event -> {
                          if (event instanceof SubscribeToShardEvent records) {
                            position.take(records);
                          }
                        })
                    .build())
            .join();
      } catch (CompletionException e) {
        System.err.printf("The subscription to %s is retried: %s%n", position.shard, e.getCause());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Where the next subscription to a shard begins. */
  private final class ShardPosition {
    private final String shard;
    private StartingPosition next =
        StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();
    private boolean atEnd;

    private ShardPosition(String shard) {
      this.shard = shard;
    }

    private synchronized void take(SubscribeToShardEvent event) {
      for (Record record : event.records()) {
        System.out.printf(
            "got %s %s %s%n", shard, record.sequenceNumber(), record.data().asUtf8String());
      }
      if (event.continuationSequenceNumber() != null) {
        next =
            StartingPosition.builder()
                .type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .sequenceNumber(event.continuationSequenceNumber())
                .build();
      }
      if (!event.childShards().isEmpty() && !atEnd) {
        atEnd = true;
        order.after(shard, event.childShards()).forEach(Subscriber.this::begin);
      }
    }

    private synchronized StartingPosition next() {
      return next;
    }

    private synchronized boolean isAtEnd() {
      return atEnd;
    }
  }
}
