// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Producers and consumers in one process, which print each call as a line of {@link
 * dev.millrace.e2e.history.CallFormat}. They end when the stream has the tag {@value #STOP_TAG}:
 * the producers first, then the consumers, when they have read everything; and then everything is
 * read once more.
 */
final class HistoryClient {
  private static final String STOP_TAG = "stop";

  private static final int POLLERS = 2;
  private static final Duration PAUSE_OF_SINGLE_PUTS = Duration.ofMillis(100);
  private static final Duration PAUSE_OF_BATCHES = Duration.ofMillis(500);
  private static final int BATCH = 5;
  private static final Duration PAUSE_BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** A put that takes longer has an unknown outcome. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  private final String stream;
  private final CallLog log;
  private final AtomicBoolean producersStop = new AtomicBoolean();
  private final AtomicBoolean consumersStop = new AtomicBoolean();
  private final AtomicBoolean allStop = new AtomicBoolean();

  private HistoryClient(String stream, PrintStream out) {
    this.stream = stream;
    this.log = new CallLog(out);
  }

  static void run(String stream, PrintStream out) {
    // Without retries, of which the history would not tell.
    try (KinesisClient kinesis =
            KinesisClient.builder()
                .overrideConfiguration(
                    override ->
                        override
                            .retryStrategy(AwsRetryStrategy.doNotRetry())
                            .apiCallTimeout(CALL_TIMEOUT))
                .build();
        KinesisAsyncClient subscriptions =
            KinesisAsyncClient.builder()
                .overrideConfiguration(
                    override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build()) {
      new HistoryClient(stream, out).run(kinesis, subscriptions);
    }
  }

  private void run(KinesisClient kinesis, KinesisAsyncClient subscriptions) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> producers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean isSingle = i % 2 == 0;
        producers.add(
            threads.submit(
                new LoggingProducer(
                    "producer-" + i,
                    kinesis,
                    stream,
                    log,
                    isSingle ? 1 : BATCH,
                    isSingle ? PAUSE_OF_SINGLE_PUTS : PAUSE_OF_BATCHES,
                    producersStop::get)));
      }
      List<Future<?>> consumers = new ArrayList<>();
      for (int i = 0; i < POLLERS; i++) {
        consumers.add(
            threads.submit(
                new LoggingPoller("poller-" + i, kinesis, stream, log, consumersStop::get)));
      }
      consumers.add(
          threads.submit(
              new LoggingSubscriber(
                  "subscriber", kinesis, subscriptions, stream, log, consumersStop::get)));
      Future<?> lister = threads.submit(new Listings("lister", kinesis, stream, log, allStop::get));
      awaitStop(kinesis);
      producersStop.set(true);
      producers.forEach(HistoryClient::await);
      consumersStop.set(true);
      consumers.forEach(HistoryClient::await);
      new LoggingPoller(LoggedCall.FINAL_READER, kinesis, stream, log, () -> true).run();
      allStop.set(true);
      await(lister);
      log.end();
    }
  }

  private void awaitStop(KinesisClient kinesis) {
    while (log
        .attempt(
            "main",
            "ListTagsForStream",
            () -> kinesis.listTagsForStream(list -> list.streamName(stream)))
        .stream()
        .flatMap(answer -> answer.tags().stream())
        .noneMatch(tag -> tag.key().equals(STOP_TAG))) {
      CallLog.pause(PAUSE_BETWEEN_LOOKS);
    }
  }

  private static void await(Future<?> thread) {
    try {
      thread.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread of the client failed", e);
    }
  }
}
