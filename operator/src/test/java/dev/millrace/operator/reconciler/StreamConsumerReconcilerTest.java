// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.stream.StreamId;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerSpec.StreamRef;
import dev.millrace.crds.StreamConsumerStatus;
import dev.millrace.crds.StreamConsumerStatus.ShardLag;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Consumers and their streams on a real API server that knows our definitions. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamConsumerReconcilerTest {
  private TestingOperator operator;

  @BeforeAll
  void start() {
    operator = new TestingOperator(1);
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  private Resource<StreamConsumer> consumer(String name) {
    return operator
        .client()
        .resources(StreamConsumer.class)
        .inNamespace(operator.namespace())
        .withName(name);
  }

  private StreamConsumer create(
      String name, @Nullable String stream, @Nullable String arn, @Nullable String consumer) {
    StreamConsumer object = new StreamConsumer();
    object.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(operator.namespace()).build());
    object.setSpec(
        new StreamConsumerSpec(
            stream == null ? null : new StreamRef(stream), arn, consumer, null, null));
    return operator.client().resource(object).create();
  }

  private StreamConsumer await(String name, String reason) {
    return TestingOperator.await(consumer(name), found -> reason.equals(reason(found)));
  }

  private static String reason(StreamConsumer consumer) {
    return Optional.ofNullable(consumer.getStatus())
        .map(StreamConsumerStatus::conditions)
        .orElse(List.of())
        .stream()
        .map(Condition::reason)
        .findFirst()
        .orElse("");
  }

  @Test
  void aConsumerMayComeBeforeItsStreamAndGoesOnWithTheNextOneOfItsName() {
    StreamConsumer created = create("early", "late", null, "fraud");
    StreamConsumer waiting = await("early", "WaitingForStream");
    assertThat(waiting.getStatus().consumerStatus()).isEqualTo("CREATING");
    assertThat(waiting.getStatus().consumerARN()).isNull();

    operator.create("late", "Late", 1, 1);
    StreamConsumer registered = await("early", "Registered");
    KinesisStream stream = operator.stream("late").get();
    long second = Instant.parse(created.getMetadata().getCreationTimestamp()).getEpochSecond();
    assertThat(registered.getStatus().consumerStatus()).isEqualTo("ACTIVE");
    assertThat(registered.getStatus().consumerARN())
        .isEqualTo(stream.getStatus().streamARN() + "/consumer/fraud:" + second);

    operator.stream("late").delete();
    await("early", "WaitingForStream");
    operator.create("late", "Late", 1, 1);
    await("early", "Registered");
  }

  @Test
  void aStreamIsFoundByItsArnAndAnotherRegionsIsRefused() {
    operator.create("by-arn", "ByArn", 1, 1);
    String arn = operator.awaitReady("by-arn", 1).getStatus().streamARN();
    create("here", null, arn, null);
    assertThat(await("here", "Registered").getStatus().consumerARN())
        .startsWith(arn + "/consumer/here:");
    create("elsewhere", null, Objects.requireNonNull(arn).replace("us-east-1", "eu-west-1"), null);
    assertThat(await("elsewhere", "InvalidStreamARN").getStatus().consumerStatus()).isNull();
  }

  @Test
  void theOlderOfTwoHasTheNameAndTheOtherComesAfterIt() {
    operator.create("named", null, 1, 1);
    String arn = operator.awaitReady("named", 1).getStatus().streamARN();
    create("first", "named", null, "shared");
    await("first", "Registered");
    create("second", null, arn, "shared");
    assertThat(await("second", "NameTaken").getStatus().consumerARN()).isNull();
    consumer("first").delete();
    await("second", "Registered");
  }

  @Test
  void subscriptionsAndLagComeFromThePods() {
    operator.create("lagging", null, 1, 1);
    KinesisStream stream = operator.awaitReady("lagging", 1);
    String id = StreamId.of(UUID.fromString(stream.getMetadata().getUid())).toString();
    StreamConsumer created = create("slow", "lagging", null, null);
    await("slow", "Registered");
    long second = Instant.parse(created.getMetadata().getCreationTimestamp()).getEpochSecond();
    operator
        .pods()
        .report(new ShardSubscription(id, "shardId-000000000000", "slow", second, true, 1_500));
    // Also an event of the stream, which tells that the pass is over, and one of the consumer.
    operator.giveNotice("lagging");
    operator.retain("lagging", 48);
    operator.awaitReady("lagging", 2);
    consumer("slow")
        .edit(
            (UnaryOperator<StreamConsumer>)
                object -> {
                  StreamConsumerSpec spec = object.getSpec();
                  object.setSpec(
                      new StreamConsumerSpec(
                          spec.streamRef(), null, null, Map.of("team", "a"), null));
                  return object;
                });
    StreamConsumer reported =
        TestingOperator.await(
            consumer("slow"),
            found -> Long.valueOf(2).equals(found.getStatus().observedGeneration()));
    assertThat(reported.getStatus().activeSubscriptions()).isEqualTo(1);
    assertThat(reported.getStatus().greatestLagMillis()).isEqualTo(1_500);
    assertThat(reported.getStatus().worstShards())
        .containsExactly(new ShardLag("shardId-000000000000", 1_500));
  }

  @Test
  void onlyTagsAndPolicyOfAConsumerCanBeChanged() {
    create("fixed", "no-such-stream", null, "name");
    await("fixed", "WaitingForStream");
    assertThatThrownBy(
            () ->
                consumer("fixed")
                    .edit(
                        (UnaryOperator<StreamConsumer>)
                            object -> {
                              object.setSpec(
                                  new StreamConsumerSpec(
                                      new StreamRef("another"), null, "name", null, null));
                              return object;
                            }))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("streamRef cannot be changed");
  }
}
