// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** A subscription of the AWS SDK and what it received. */
final class TestingSubscription {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final BlockingQueue<SubscribeToShardEvent> events = new LinkedBlockingQueue<>();
  final List<String> data = new CopyOnWriteArrayList<>();
  @Nullable SubscribeToShardEvent last;
  private @Nullable CompletableFuture<Void> done;

  private TestingSubscription() {}

  /** A client of a server in this process. */
  static KinesisAsyncClient client(int port, Protocol protocol) {
    return KinesisAsyncClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(protocol))
        .build();
  }

  static TestingSubscription begin(
      KinesisAsyncClient by, String consumer, String shard, StartingPosition from) {
    TestingSubscription subscription = new TestingSubscription();
    subscription.done =
        by.subscribeToShard(
            request -> request.consumerARN(consumer).shardId(shard).startingPosition(from),
            SubscribeToShardResponseHandler.builder()
                .onEventStream(
                    (SdkPublisher<SubscribeToShardEventStream> events) ->
                        events
                            .filter(SubscribeToShardEvent.class)
                            .subscribe(subscription.events::add))
                .build());
    return subscription;
  }

  /** Waits until the expected data has been received. */
  void await(Predicate<TestingSubscription> wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!wanted.test(this)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("within " + PATIENCE + " only came " + data);
      }
      SubscribeToShardEvent event = events.poll(50, TimeUnit.MILLISECONDS);
      if (event != null) {
        event.records().forEach(r -> data.add(r.data().asString(StandardCharsets.UTF_8)));
        last = event;
      }
    }
  }

  SubscribeToShardEvent last() {
    if (last == null) {
      throw new AssertionError("no event came");
    }
    return last;
  }

  CompletableFuture<Void> done() {
    if (done == null) {
      throw new AssertionError("not subscribed");
    }
    return done;
  }
}
