// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall.FailedCall;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Phaser;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/**
 * Reads a stream with SubscribeToShard, from the oldest record, parents before their children. Once
 * it may stop, it stops when an event of every shard that has not ended says that nothing is left.
 */
final class LoggingSubscriber implements Runnable {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final String name;
  private final KinesisClient kinesis;
  private final KinesisAsyncClient subscriptions;
  private final String stream;
  private final CallLog log;
  private final BooleanSupplier mayStop;

  /** Counts the shards that are being followed. */
  private final Phaser followers = new Phaser(1);

  LoggingSubscriber(
      String name,
      KinesisClient kinesis,
      KinesisAsyncClient subscriptions,
      String stream,
      CallLog log,
      BooleanSupplier mayStop) {
    this.name = name;
    this.kinesis = kinesis;
    this.subscriptions = subscriptions;
    this.stream = stream;
    this.log = log;
    this.mayStop = mayStop;
  }

  @Override
  public void run() {
    String consumer = register();
    ShardOrder order =
        new ShardOrder(log.insist(name, "ListShards", () -> Listings.all(kinesis, stream)));
    follow(consumer, order);
    followers.arriveAndAwaitAdvance();
  }

  private String register() {
    String arn =
        log.insist(
            name,
            "DescribeStreamSummary",
            () ->
                kinesis
                    .describeStreamSummary(describe -> describe.streamName(stream))
                    .streamDescriptionSummary()
                    .streamARN());
    while (true) {
      Optional<ConsumerDescription> consumer =
          log.attempt(
              name,
              "DescribeStreamConsumer",
              () ->
                  kinesis
                      .describeStreamConsumer(
                          describe -> describe.streamARN(arn).consumerName(name))
                      .consumerDescription());
      if (consumer.isPresent() && consumer.get().consumerStatus() == ConsumerStatus.ACTIVE) {
        return consumer.get().consumerARN();
      }
      if (consumer.isEmpty()) {
        // If the response to an earlier attempt was lost, this one fails and the consumer is there.
        log.attempt(
            name,
            "RegisterStreamConsumer",
            () ->
                kinesis.registerStreamConsumer(
                    register -> register.streamARN(arn).consumerName(name)));
      }
      CallLog.pause(PAUSE);
    }
  }

  /** Begins every shard that may be begun. */
  private void follow(String consumer, ShardOrder order) {
    for (String shard : order.begin()) {
      followers.register();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  new ShardSubscriptions(shard).run(consumer, order);
                  follow(consumer, order);
                } finally {
                  followers.arriveAndDeregister();
                }
              });
    }
  }

  /** The subscriptions to one shard, one after the other. */
  private final class ShardSubscriptions {
    private final String shard;
    private StartingPosition position =
        StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();
    private boolean isDone;

    /** Counts subscriptions, so that no event of an earlier one is taken for one of this. */
    private int subscription;

    private ShardSubscriptions(String shard) {
      this.shard = shard;
    }

    private void run(String consumer, ShardOrder order) {
      while (!isDone()) {
        long start = log.now();
        int mine = begin();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Void> call =
            subscriptions.subscribeToShard(
                subscribe ->
                    subscribe.consumerARN(consumer).shardId(shard).startingPosition(position()),
                SubscribeToShardResponseHandler.builder()
                    .subscriber(
                        event -> {
                          if (event instanceof SubscribeToShardEvent records) {
                            take(records, start, mine, order);
                            if (isDone()) {
                              ended.complete(null);
                            }
                          }
                        })
                    .build());
        try {
          CompletableFuture.anyOf(call, ended).join();
        } catch (CompletionException | CancellationException e) {
          Throwable cause = e.getCause() == null ? e : e.getCause();
          log.add(new FailedCall(name, start, log.now(), "SubscribeToShard", CallLog.word(cause)));
          CallLog.pause(CallLog.PAUSE_AFTER_FAILURE);
        }
        begin();
        call.cancel(true);
      }
    }

    private synchronized int begin() {
      return ++subscription;
    }

    private synchronized boolean isDone() {
      return isDone;
    }

    private synchronized StartingPosition position() {
      return position;
    }

    private synchronized void take(
        SubscribeToShardEvent event, long start, int mine, ShardOrder order) {
      if (mine != subscription || isDone) {
        return;
      }
      boolean ended = event.hasChildShards() && !event.childShards().isEmpty();
      List<String> children = event.childShards().stream().map(ChildShard::shardId).toList();
      log.add(
          new PushedEvent(
              name,
              start,
              log.now(),
              shard,
              Optional.ofNullable(event.continuationSequenceNumber()).map(BigInteger::new),
              event.millisBehindLatest(),
              ended ? Optional.of(children) : Optional.empty(),
              event.records().stream().map(LoggingPoller::logged).toList()));
      if (event.continuationSequenceNumber() != null) {
        position =
            StartingPosition.builder()
                .type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .sequenceNumber(event.continuationSequenceNumber())
                .build();
      }
      if (ended) {
        order.end(shard, event.childShards());
      }
      isDone =
          ended
              || (mayStop.getAsBoolean()
                  && event.records().isEmpty()
                  && event.millisBehindLatest() == 0);
    }
  }
}
