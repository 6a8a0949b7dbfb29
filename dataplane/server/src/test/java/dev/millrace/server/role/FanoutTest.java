// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Records are pushed to registered consumers, through the subscriptions of the AWS SDK. */
class FanoutTest {
  private static final String HALF = "170141183460469231731687303715884105728";

  @TempDir private Path data;

  private TestingStandalone server;
  private KinesisAsyncClient client;
  private String streamArn;

  @BeforeEach
  void start() throws Exception {
    server = new TestingStandalone(data);
    client = client(Protocol.HTTP2);
    server.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
    streamArn =
        server
            .ok("DescribeStreamSummary", "{'StreamName':'s'}")
            .getJsonObject("StreamDescriptionSummary")
            .getString("StreamARN");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  private KinesisAsyncClient client(Protocol protocol) {
    return TestingSubscription.client(server.port(), protocol);
  }

  private String register(String name) throws Exception {
    return server
        .ok("RegisterStreamConsumer", "{'StreamARN':'%s','ConsumerName':'%s'}", streamArn, name)
        .getJsonObject("Consumer")
        .getString("ConsumerARN");
  }

  private void put(String text) throws Exception {
    server.ok(
        "PutRecord",
        "{'StreamName':'s','PartitionKey':'k','Data':'%s'}",
        TestingStandalone.base64(text));
  }

  private static TestingSubscription subscribe(
      KinesisAsyncClient by, String consumer, String shard, StartingPosition from) {
    return TestingSubscription.begin(by, consumer, shard, from);
  }

  private static StartingPosition from(ShardIteratorType type) {
    return StartingPosition.builder().type(type).build();
  }

  private static final String SHARD = "shardId-000000000000";

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void recordsArePushedOverEitherProtocolFromTheOldestOn(Protocol protocol) throws Exception {
    String consumer = register("c");
    put("before");
    try (KinesisAsyncClient by = client(protocol)) {
      TestingSubscription subscribed =
          subscribe(by, consumer, SHARD, from(ShardIteratorType.TRIM_HORIZON));
      subscribed.await(s -> s.data.equals(List.of("before")));
      for (int i = 0; i < 50; i++) {
        put("n" + i);
      }
      subscribed.await(s -> s.data.size() == 51);
      List<String> wanted = new ArrayList<>(List.of("before"));
      for (int i = 0; i < 50; i++) {
        wanted.add("n" + i);
      }
      assertThat(subscribed.data).isEqualTo(wanted);
    }
  }

  @Test
  void latestBringsOnlyWhatComesAndAContinuationGoesOnWithoutALossOrADouble() throws Exception {
    String consumer = register("c");
    put("old");
    TestingSubscription first = subscribe(client, consumer, SHARD, from(ShardIteratorType.LATEST));
    first.await(s -> s.last != null);
    put("a");
    first.await(s -> s.data.equals(List.of("a")));
    String continuation = first.last().continuationSequenceNumber();
    put("b");
    server.pass(Duration.ofSeconds(6));
    TestingSubscription second =
        subscribe(
            client,
            consumer,
            SHARD,
            StartingPosition.builder()
                .type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .sequenceNumber(continuation)
                .build());
    second.await(s -> s.data.equals(List.of("b")));
    put("c");
    second.await(s -> s.data.equals(List.of("b", "c")));
  }

  /** The other three types of positions. */
  @Test
  void aSubscriptionBeginsWhereItIsTold() throws Exception {
    put("one");
    server.pass(Duration.ofSeconds(10));
    String second = server.sequenceNumberOfNext("s");
    final Instant secondTime = server.now();
    server.pass(Duration.ofSeconds(10));
    put("three");
    StartingPosition.Builder numbered = StartingPosition.builder().sequenceNumber(second);
    Map<String, StartingPosition> positions =
        Map.of(
            "at", numbered.type(ShardIteratorType.AT_SEQUENCE_NUMBER).build(),
            "after", numbered.type(ShardIteratorType.AFTER_SEQUENCE_NUMBER).build(),
            "time",
                StartingPosition.builder()
                    .type(ShardIteratorType.AT_TIMESTAMP)
                    .timestamp(secondTime)
                    .build(),
            "early",
                StartingPosition.builder()
                    .type(ShardIteratorType.AT_TIMESTAMP)
                    .timestamp(Instant.ofEpochSecond(1))
                    .build());
    Map<String, List<String>> wanted =
        Map.of(
            "at", List.of("x", "three"),
            "after", List.of("three"),
            "time", List.of("x", "three"),
            "early", List.of("one", "x", "three"));
    for (Map.Entry<String, StartingPosition> position : positions.entrySet()) {
      String name = position.getKey();
      TestingSubscription subscribed =
          subscribe(client, register(name), SHARD, position.getValue());
      subscribed.await(s -> s.data.size() >= wanted.getOrDefault(name, List.of()).size());
      assertThat(subscribed.data).as(name).isEqualTo(wanted.get(name));
    }
  }

  @Test
  void theEndOfMergedShardsNamesTheChildAndBothParents() throws Exception {
    server.ok(
        "SplitShard",
        "{'StreamName':'s','ShardToSplit':'%s','NewStartingHashKey':'%s'}",
        SHARD,
        HALF);
    String consumer = register("c");
    List<TestingSubscription> both = new ArrayList<>();
    for (String shard : List.of("shardId-000000000001", "shardId-000000000002")) {
      both.add(subscribe(client, consumer, shard, from(ShardIteratorType.TRIM_HORIZON)));
      both.getLast().await(s -> s.last != null);
    }
    server.ok(
        "MergeShards",
        "{'StreamName':'s','ShardToMerge':'shardId-000000000001','AdjacentShardToMerge':'shardId-000000000002'}");
    for (TestingSubscription each : both) {
      assertThat(each.done().get(20, TimeUnit.SECONDS)).isNull();
      each.await(s -> s.events.isEmpty());
      assertThat(each.last().childShards()).hasSize(1);
      assertThat(each.last().childShards().getFirst().parentShards())
          .containsExactly("shardId-000000000001", "shardId-000000000002");
    }
  }

  @Test
  void aDeletedStreamEndsItsSubscriptions() throws Exception {
    TestingSubscription subscribed =
        subscribe(client, register("c"), SHARD, from(ShardIteratorType.LATEST));
    subscribed.await(s -> s.last != null);
    assertThat(server.refused("DeleteStream", "{'StreamName':'s'}"))
        .startsWith("ResourceInUseException");
    server.ok("DeleteStream", "{'StreamName':'s','EnforceConsumerDeletion':true}");
    assertThatThrownBy(() -> subscribed.done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aSecondSubscriptionWaitsFiveSecondsAndThenTakesThePlace() throws Exception {
    String consumer = register("c");
    TestingSubscription first = subscribe(client, consumer, SHARD, from(ShardIteratorType.LATEST));
    first.await(s -> s.last != null);
    assertThatThrownBy(
            () ->
                subscribe(client, consumer, SHARD, from(ShardIteratorType.LATEST))
                    .done()
                    .get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class);
    server.pass(Duration.ofSeconds(6));
    TestingSubscription second = subscribe(client, consumer, SHARD, from(ShardIteratorType.LATEST));
    assertThatThrownBy(() -> first.done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class)
        .hasMessageContaining("Another active subscription exists");
    put("x");
    second.await(s -> s.data.equals(List.of("x")));
  }

  @Test
  void afterFiveMinutesItEndsInOrder() throws Exception {
    TestingSubscription subscribed =
        subscribe(client, register("c"), SHARD, from(ShardIteratorType.LATEST));
    subscribed.await(s -> s.last != null);
    server.pass(Duration.ofMinutes(5));
    assertThat(subscribed.done().get(20, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void theEndOfAShardNamesItsChildren() throws Exception {
    String consumer = register("c");
    put("last");
    TestingSubscription subscribed =
        subscribe(client, consumer, SHARD, from(ShardIteratorType.TRIM_HORIZON));
    subscribed.await(s -> s.data.equals(List.of("last")));
    server.ok(
        "SplitShard",
        "{'StreamName':'s','ShardToSplit':'%s','NewStartingHashKey':'%s'}",
        SHARD,
        HALF);
    assertThat(subscribed.done().get(20, TimeUnit.SECONDS)).isNull();
    subscribed.await(s -> s.events.isEmpty());
    assertThat(subscribed.last().childShards())
        .extracting(child -> child.shardId())
        .containsExactly("shardId-000000000001", "shardId-000000000002");
    assertThat(subscribed.last().continuationSequenceNumber()).isNull();
  }

  @Test
  void aDeregisteredConsumerLosesItsSubscription() throws Exception {
    String consumer = register("c");
    TestingSubscription subscribed =
        subscribe(client, consumer, SHARD, from(ShardIteratorType.LATEST));
    subscribed.await(s -> s.last != null);
    server.ok("DeregisterStreamConsumer", "{'ConsumerARN':'%s'}", consumer);
    assertThatThrownBy(() -> subscribed.done().get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () ->
                subscribe(client, consumer, SHARD, from(ShardIteratorType.LATEST))
                    .done()
                    .get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void fiftyConsumersOfOneShardAllGetEverything() throws Exception {
    server.ok(
        "UpdateAccountSettings", "{'MinimumThroughputBillingCommitment':{'Status':'ENABLED'}}");
    server.ok(
        "UpdateStreamMode",
        "{'StreamARN':'%s','StreamModeDetails':{'StreamMode':'ON_DEMAND'}}",
        streamArn);
    List<TestingSubscription> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(subscribe(client, register("c" + i), SHARD, from(ShardIteratorType.TRIM_HORIZON)));
    }
    assertThat(
            server.refused(
                "RegisterStreamConsumer", "{'StreamARN':'%s','ConsumerName':'c50'}", streamArn))
        .startsWith("LimitExceededException");
    for (int i = 0; i < 100; i++) {
      put("n" + i);
    }
    for (TestingSubscription each : all) {
      each.await(s -> s.data.size() == 100);
      assertThat(each.data.getLast()).isEqualTo("n99");
    }
  }
}
