// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerStatus;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.config.ServerSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Consumers through two gateways, with the AWS SDK, on a real API server that knows our
 * definitions. The test is the operator.
 */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
class GatewayConsumersTest {
  private static final String SHARD = "shardId-000000000000";
  private static final long SECOND = 1_700_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private final String namespace = "gateway-" + UUID.randomUUID().toString().substring(0, 8);
  private final KubernetesClient kubernetes = new KubernetesClientBuilder().build();
  private final TestingVertx vertx = new TestingVertx();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private KinesisAsyncClient first;
  private KinesisAsyncClient second;
  private String streamArn;

  @BeforeEach
  void start() throws Exception {
    kubernetes
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    KinesisStream stream = new KinesisStream();
    stream.setSpec(
        new KinesisStreamSpec(
            null, null, 1, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null));
    KinesisStream created = create(stream, "s");
    StreamId id = StreamId.of(UUID.fromString(created.getMetadata().getUid()));
    ShardPod pod = pod(id);
    Shard shard = new Shard();
    shard.setSpec(
        new ShardSpec(
            "s",
            id.toString(),
            SHARD,
            HashKeyRange.ALL.starting().toString(),
            HashKeyRange.ALL.ending().toString(),
            null,
            SECOND,
            null,
            "set",
            null,
            null));
    Shard published = create(shard, "s-0");
    published.setStatus(
        ShardStatus.NONE
            .withPhase(ShardStatus.Phase.OPEN, null)
            .withLeader(
                "pod", "127.0.0.1:" + pod.port(0), "127.0.0.1:" + pod.port(0), List.of(), null));
    kubernetes.resource(published).updateStatus();
    created.setStatus(
        new KinesisStreamStatus(
            1L,
            null,
            "ACTIVE",
            id.toString(),
            created.getMetadata().getUid(),
            SECOND,
            1,
            0,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    kubernetes.resource(created).updateStatus();
    first = gateway("first");
    second = gateway("second");
    for (KinesisAsyncClient gateway : List.of(first, second)) {
      await(() -> done(gateway.listShards(r -> r.streamName("s"))).shards().size() == 1);
    }
    streamArn =
        done(first.describeStreamSummary(r -> r.streamName("s")))
            .streamDescriptionSummary()
            .streamARN();
  }

  private <T extends HasMetadata> T create(T object, String name) {
    object.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    return kubernetes.resource(object).create();
  }

  private ServerSettings settings(String name) {
    return ServerSettings.of(
        Map.of(
            "MILLRACE_ROLE",
            "gateway",
            "MILLRACE_NAMESPACE",
            namespace,
            "MILLRACE_PORT",
            "0",
            "MILLRACE_DATA",
            folder.resolve(name).toString()));
  }

  private ShardPod pod(StreamId stream) throws Exception {
    ShardPod pod = TestingShardPod.start(folder.resolve("pod"), vertx.vertx(), Clocks.system());
    opened.add(pod);
    done(
        pod.admin(0)
            .form(new GroupFormation(pod.admin(0).report().disk(), UUID.randomUUID().toString())));
    ShardDefinition shard =
        new ShardDefinition(new ShardId(0), HashKeyRange.ALL, List.of(), SECOND);
    done(pod.admin(0).assign(TestingShardPod.assignment(stream, "none", List.of(shard))));
    return pod;
  }

  private KinesisAsyncClient gateway(String name) throws Exception {
    Gateway gateway =
        new Gateway(settings(name), vertx.vertx(), Clocks.system(), new SecureRandom());
    opened.add(gateway);
    KinesisAsyncClient client = TestingSubscription.client(gateway.port(), Protocol.HTTP2);
    opened.add(client);
    return client;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    kubernetes.namespaces().withName(namespace).delete();
    kubernetes.close();
    vertx.close();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it came true in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private List<Consumer> consumers(KinesisAsyncClient by) {
    return done(by.listStreamConsumers(r -> r.streamARN(streamArn))).consumers();
  }

  /** What the operator does once the stream is ACTIVE. */
  private void activate(Consumer consumer) {
    StreamConsumer object =
        kubernetes
            .resources(StreamConsumer.class)
            .inNamespace(namespace)
            .withName("s-" + consumer.consumerName())
            .require();
    object.setStatus(
        new StreamConsumerStatus(
            1L, consumer.consumerARN(), "ACTIVE", null, null, null, null, null));
    kubernetes.resource(object).updateStatus();
  }

  private static TestingSubscription subscribe(KinesisAsyncClient by, Consumer consumer) {
    return TestingSubscription.begin(
        by,
        consumer.consumerARN(),
        SHARD,
        StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build());
  }

  @Test
  void aConsumerIsRegisteredAtOneGatewaySubscribedAtBothAndDeregisteredAtTheOther()
      throws Exception {
    Consumer consumer =
        done(first.registerStreamConsumer(
                r -> r.streamARN(streamArn).consumerName("c").tags(Map.of("team", "a"))))
            .consumer();
    assertThat(consumer.consumerStatus()).isEqualTo(ConsumerStatus.CREATING);
    await(() -> consumers(second).size() == 1);
    assertThat(consumers(second).getFirst().consumerARN()).isEqualTo(consumer.consumerARN());
    assertThatThrownBy(
            () ->
                done(second.registerStreamConsumer(r -> r.streamARN(streamArn).consumerName("c"))))
        .hasCauseInstanceOf(ResourceInUseException.class);
    assertThatThrownBy(() -> subscribe(first, consumer).done().get(20, TimeUnit.SECONDS))
        .as("the operator has not seen it")
        .hasCauseInstanceOf(ResourceInUseException.class);

    activate(consumer);
    for (KinesisAsyncClient gateway : List.of(first, second)) {
      await(() -> consumers(gateway).getFirst().consumerStatus() == ConsumerStatus.ACTIVE);
    }
    done(
        second.putRecord(
            r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String("x"))));
    TestingSubscription subscription = subscribe(first, consumer);
    subscription.await(s -> s.data.equals(List.of("x")));
    assertThatThrownBy(() -> subscribe(second, consumer).done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class);

    done(second.deregisterStreamConsumer(r -> r.consumerARN(consumer.consumerARN())));
    assertThatThrownBy(() -> subscription.done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceNotFoundException.class);
    await(() -> consumers(first).isEmpty());
  }
}
