// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Producers and consumers of a stream in this process, whose calls go to a log that the history
 * checker understands. The calls are made without retries, of which the log would not tell.
 */
public final class HistoryWorkload implements AutoCloseable {
  private static final String PRODUCER = "producer-";
  private static final int PRODUCERS = 4;
  private static final int POLLERS = 2;
  private static final Duration PAUSE_OF_SINGLE_PUTS = Duration.ofMillis(100);
  private static final Duration PAUSE_OF_BATCHES = Duration.ofMillis(500);
  private static final int BATCH = 5;

  /** A put that takes longer has an unknown outcome. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  /** The clients of one endpoint. */
  private record EndpointClients(KinesisClient kinesis, KinesisAsyncClient subscriptions) {
    private static EndpointClients of(Optional<URI> endpoint) {
      return new EndpointClients(
          at(endpoint, KinesisClient.builder())
              .overrideConfiguration(
                  override ->
                      override
                          .retryStrategy(AwsRetryStrategy.doNotRetry())
                          .apiCallTimeout(CALL_TIMEOUT))
              .build(),
          at(endpoint, KinesisAsyncClient.builder())
              .overrideConfiguration(
                  override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
              .build());
    }

    private static <B extends AwsClientBuilder<B, C>, C> B at(Optional<URI> endpoint, B builder) {
      endpoint.ifPresent(
          uri ->
              builder
                  .endpointOverride(uri)
                  .region(Region.US_EAST_1)
                  .credentialsProvider(
                      StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any"))));
      return builder;
    }

    private void close() {
      kinesis.close();
      subscriptions.close();
    }
  }

  private final String stream;
  private final CallLog log;
  private final List<EndpointClients> clients;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> producers = new ArrayList<>();
  private final List<Future<?>> consumers = new ArrayList<>();
  private final List<Future<?>> listers = new ArrayList<>();
  private final AtomicBoolean producersStop = new AtomicBoolean();
  private final AtomicBoolean consumersStop = new AtomicBoolean();
  private final AtomicBoolean allStop = new AtomicBoolean();

  private HistoryWorkload(String stream, CallLog log, List<EndpointClients> clients) {
    this.stream = stream;
    this.log = log;
    this.clients = clients;
  }

  /**
   * Starts the clients: at a single endpoint four producers, two pollers and a subscriber, at
   * several endpoints two producers, a poller and a subscriber each.
   *
   * @param endpoints one of them empty: the endpoint of the environment
   * @param mostRecords that a producer sends
   */
  public static HistoryWorkload start(
      String stream, CallLog log, List<Optional<URI>> endpoints, int mostRecords) {
    HistoryWorkload workload =
        new HistoryWorkload(stream, log, endpoints.stream().map(EndpointClients::of).toList());
    workload.start(mostRecords);
    return workload;
  }

  private void start(int mostRecords) {
    int producersAtAll = Math.max(PRODUCERS, 2 * clients.size());
    for (int i = 0; i < producersAtAll; i++) {
      boolean isSingle = i < producersAtAll / 2;
      producers.add(
          threads.submit(
              new LoggingProducer(
                  PRODUCER + i,
                  at(i).kinesis(),
                  stream,
                  log,
                  isSingle ? 1 : BATCH,
                  isSingle ? PAUSE_OF_SINGLE_PUTS : PAUSE_OF_BATCHES,
                  mostRecords,
                  producersStop::get)));
    }
    for (int i = 0; i < Math.max(POLLERS, clients.size()); i++) {
      consumers.add(
          threads.submit(
              new LoggingPoller("poller-" + i, at(i).kinesis(), stream, log, consumersStop::get)));
    }
    for (int i = 0; i < clients.size(); i++) {
      consumers.add(
          threads.submit(
              new LoggingSubscriber(
                  subscriber(i),
                  at(i).kinesis(),
                  at(i).subscriptions(),
                  stream,
                  log,
                  consumersStop::get)));
    }
    listers.add(threads.submit(new Listings("lister", at(0).kinesis(), stream, log, allStop::get)));
  }

  private EndpointClients at(int which) {
    return clients.get(which % clients.size());
  }

  /** The name of the consumer at an endpoint, which is registered unless the stream has it. */
  public static String subscriber(int endpoint) {
    return endpoint == 0 ? "subscriber" : "subscriber-" + endpoint;
  }

  /** The endpoint that a producer calls, as its place in the list of endpoints. */
  public int endpointOf(String producer) {
    return Integer.parseInt(producer.substring(PRODUCER.length())) % clients.size();
  }

  /** Waits until the stream has a tag. */
  void awaitTag(String key, Duration pause) {
    while (log
        .attempt(
            "main",
            "ListTagsForStream",
            () -> at(0).kinesis().listTagsForStream(list -> list.streamName(stream)))
        .stream()
        .flatMap(answer -> answer.tags().stream())
        .noneMatch(tag -> tag.key().equals(key))) {
      CallLog.pause(pause);
    }
  }

  /**
   * Stops the producers first, then the consumers, when they have read everything; and then reads
   * everything once more.
   */
  public void finish() {
    producersStop.set(true);
    producers.forEach(HistoryWorkload::await);
    consumersStop.set(true);
    consumers.forEach(HistoryWorkload::await);
    new LoggingPoller(LoggedCall.FINAL_READER, at(0).kinesis(), stream, log, () -> true).run();
    allStop.set(true);
    listers.forEach(HistoryWorkload::await);
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

  /** Ends the threads that run still. */
  @Override
  public void close() {
    threads.shutdownNow();
    clients.forEach(EndpointClients::close);
  }
}
