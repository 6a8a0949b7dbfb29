// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalSpecificConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A worker of the Kinesis Client Library: {@code polling STREAM APPLICATION WORKER} or {@code
 * fan-out STREAM APPLICATION WORKER}. Endpoints, credentials and region come from the environment;
 * everything else is the library's default. {@link PrintingProcessor} tells what it prints.
 *
 * <p>A SIGTERM makes it hand its leases over, and end. It also ends when the library gives up, as
 * it does in one of two workers that make the lease table at the same time; Kubernetes then starts
 * it again.
 */
public final class KclWorker {

  /** Less than the 30 s that Kubernetes gives a pod to stop. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(20);

  /** A worker that starts after the producer misses no record. */
  private static final InitialPositionInStreamExtended OLDEST =
      InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);

  private KclWorker() {}

  /** Runs the worker in the arguments; see the class. */
  public static void main(String[] arguments) {
    String mode = arguments[0];
    String stream = arguments[1];
    String application = arguments[2];
    String worker = arguments[3];
    KinesisAsyncClient kinesis =
        KinesisClientUtil.createKinesisAsyncClient(KinesisAsyncClient.builder());
    ConfigsBuilder configs =
        new ConfigsBuilder(
            new SingleStreamTracker(stream, OLDEST),
            application,
            kinesis,
            DynamoDbAsyncClient.create(),
            CloudWatchAsyncClient.create(),
            worker,
            () -> new PrintingProcessor(System.out));
    RetrievalSpecificConfig retrieval =
        switch (mode) {
          case "polling" -> new PollingConfig(stream, kinesis);
          case "fan-out" ->
              new FanOutConfig(kinesis).streamName(stream).applicationName(application);
          default -> throw new IllegalArgumentException("no such mode: " + mode);
        };
    Scheduler scheduler =
        new Scheduler(
            configs.checkpointConfig(),
            configs.coordinatorConfig(),
            configs.leaseManagementConfig(),
            configs.lifecycleConfig(),
            configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
            configs.processorConfig(),
            configs.retrievalConfig().retrievalSpecificConfig(retrieval));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(scheduler)));
    scheduler.run();
  }

  private static void shutDown(Scheduler scheduler) {
    try {
      scheduler.startGracefulShutdown().get(SHUTDOWN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("the worker did not stop gracefully: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
