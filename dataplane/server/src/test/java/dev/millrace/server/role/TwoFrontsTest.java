// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.rpc.RemoteLeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Two fronts before one shard pod: the leader knows the subscriptions at both. */
class TwoFrontsTest {
  private static final StreamName NAME = new StreamName("s");
  private static final String SHARD = "shardId-000000000000";
  private static final String CONSUMER =
      "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1700000000";
  private static final StartingPosition LATEST =
      StartingPosition.builder().type(ShardIteratorType.LATEST).build();

  @TempDir private Path folder;

  private final AtomicLong passedMillis = new AtomicLong();
  private final TestingVertx vertx = new TestingVertx();
  private final Clocks clocks =
      new Clocks(
          () -> Instant.ofEpochMilli(1_700_000_000_000L + passedMillis.get()),
          passedMillis::get,
          () -> passedMillis.get() * 1_000_000);
  private final ReadPool reads = new ReadPool(2, 100);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final StreamDefinition stream =
      StreamDefinition.creating(
              NAME, new StreamId(7), 1_700_000_000L, StreamSettings.of(StreamMode.PROVISIONED), 1)
          .withStatus(StreamStatus.ACTIVE)
          .withConsumer(
              new ConsumerDefinition(
                  "c", 1_700_000_000L, ConsumerStatus.ACTIVE, new TreeMap<>(), Optional.empty()));

  private ShardPod pod;
  private KinesisAsyncClient first;
  private KinesisAsyncClient second;

  @BeforeEach
  void start() throws Exception {
    pod = TestingShardPod.start(folder.resolve("pod"), vertx.vertx(), clocks);
    done(
        pod.admin(0)
            .form(new GroupFormation(pod.admin(0).report().disk(), UUID.randomUUID().toString())));
    done(pod.admin(0).assign(TestingShardPod.assignment(stream.id(), "none", stream.shards())));
    first = front("first");
    second = front("second");
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** A stream that never changes. */
  private record OneStream(SortedMap<StreamName, CatalogueEntry> streams)
      implements StreamCatalogue {
    @Override
    public CompletionStage<Outcome> create(StreamDefinition definition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome> replace(
        StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
      throw new UnsupportedOperationException();
    }
  }

  private KinesisAsyncClient front(String name) throws IOException {
    ServerSettings settings =
        ServerSettings.of(
            Map.of("MILLRACE_PORT", "0", "MILLRACE_DATA", folder.resolve(name).toString()));
    Files.createDirectories(settings.data());
    RemoteLeader leader =
        new RemoteLeader(
            vertx.vertx(),
            shard -> List.of("127.0.0.1:" + pod.port(0)),
            reads,
            clocks.nanos(),
            Optional.empty());
    KinesisFront front =
        new KinesisFront(
            settings, vertx.vertx(), "000000000000", settings.data(), clocks, new SecureRandom());
    CloseableStack port = new CloseableStack();
    int number =
        front
            .listen(
                port,
                front.tls(),
                new FrontParts(
                    new OneStream(new TreeMap<>(Map.of(NAME, new CatalogueEntry(stream, 1)))),
                    leader,
                    new ControlPlane.Elsewhere("nobody")))
            .port();
    KinesisAsyncClient client = TestingSubscription.client(number, Protocol.HTTP2);
    opened.add(client);
    opened.add(port);
    opened.add(leader);
    return client;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    pod.close();
    reads.close();
    vertx.close();
  }

  private void pass(Duration time) {
    passedMillis.addAndGet(time.toMillis());
  }

  private void put(KinesisAsyncClient by, String text) {
    done(
        by.putRecord(
            request ->
                request.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String(text))));
  }

  private TestingSubscription subscribe(KinesisAsyncClient by) {
    return TestingSubscription.begin(by, CONSUMER, SHARD, LATEST);
  }

  /** Waits until the pod reports that the consumer is like this. */
  private ShardSubscription awaitReport(Predicate<ShardSubscription> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    PodReport report = pod.admin(0).report();
    while (report.subscriptions() == null || report.subscriptions().stream().noneMatch(wanted)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("within 20 s only came " + report.subscriptions());
      }
      TimeUnit.MILLISECONDS.sleep(10);
      report = pod.admin(0).report();
    }
    return report.subscriptions().getFirst();
  }

  @Test
  void aSubscriptionAtOneFrontHoldsForFiveSecondsAndThenEndsWhenTheOtherFrontHasANewOne()
      throws Exception {
    TestingSubscription old = subscribe(first);
    old.await(s -> s.last != null);
    assertThatThrownBy(() -> subscribe(second).done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class)
        .hasMessageContaining(
            "Another active subscription exists for this consumer: 000000000000:s");
    put(second, "a");
    old.await(s -> s.data.equals(List.of("a")));

    pass(Duration.ofSeconds(5));
    TestingSubscription fresh = subscribe(second);
    assertThatThrownBy(() -> old.done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class)
        .hasMessageContaining("Another active subscription exists");
    put(first, "b");
    fresh.await(s -> s.data.equals(List.of("b")));
    assertThat(old.data).containsExactly("a");
  }

  @Test
  void thePodReportsWhoReadsAndHowFarBehind() throws Exception {
    TestingSubscription subscription = subscribe(first);
    subscription.await(s -> s.last != null);
    put(first, "read");
    subscription.await(s -> s.data.equals(List.of("read")));
    ShardSubscription atTip = awaitReport(s -> s.active() && s.lagMillis() == 0);
    assertThat(atTip.streamId()).isEqualTo(stream.id().toString());
    assertThat(atTip.shardId()).isEqualTo(SHARD);
    assertThat(atTip.consumer()).isEqualTo("c");
    assertThat(atTip.consumerCreationSecond()).isEqualTo(1_700_000_000L);

    first.close();
    awaitReport(s -> !s.active());
    put(second, "unread");
    pass(Duration.ofSeconds(90));
    assertThat(awaitReport(s -> !s.active()).lagMillis()).isEqualTo(90_000);
  }
}
