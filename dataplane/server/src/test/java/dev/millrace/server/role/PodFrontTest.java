// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.report.StreamPublication.HeldPublication;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.audit.AuditRecordSchema;
import dev.millrace.server.rpc.AdminResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * The Kinesis API at shard pods, with the AWS SDK: a stream of two shards, each in a pod of its
 * own. The test is the operator.
 */
class PodFrontTest {
  private static final StreamId STREAM = new StreamId(0x1234_5678_9abc_def0L);
  private static final long SECOND = 1_700_000_000L;
  private static final String ARN = "arn:aws:kinesis:us-east-1:" + account() + ":stream/orders";

  /** Nobody listens there: no pod needs the address of its own shards. */
  private static final String NOWHERE = "127.0.0.1:1";

  @TempDir private Path folder;

  private final TestingVertx vertx = new TestingVertx();
  private final List<ShardPod> pods = new ArrayList<>();
  private final List<KinesisAsyncClient> clients = new ArrayList<>();
  private final StreamDefinition stream =
      StreamDefinition.creating(
              new StreamName("orders"),
              STREAM,
              SECOND,
              StreamSettings.of(StreamMode.PROVISIONED).withTags(Map.of("team", "a")),
              2)
          .withStatus(StreamStatus.ACTIVE)
          .withConsumer(
              new ConsumerDefinition(
                  "c", SECOND, ConsumerStatus.ACTIVE, new TreeMap<>(), Optional.empty()));

  private static String account() {
    return AccountId.ofNamespace("team").text();
  }

  @BeforeEach
  void start() throws IOException {
    Files.write(folder.resolve("token.key"), new byte[32]);
    for (ShardDefinition shard : stream.shards()) {
      form(start(shard.id().index()), shard.id().index());
      assign(shard.id().index(), List.of(shard));
    }
    for (int pod = 0; pod < pods.size(); pod++) {
      accomplished(publish(pod, stream, "1", 1));
    }
  }

  /** Starts a pod, or starts it again. */
  private ShardPod start(int index) throws IOException {
    ShardPod pod =
        TestingShardPod.start(
            folder.resolve("pod-" + index),
            vertx.vertx(),
            Clocks.system(),
            "MILLRACE_TOKEN_KEY",
            folder.resolve("token.key").toString(),
            "MILLRACE_GATEWAY",
            "http://millrace-gateway.team.svc:4567",
            "MILLRACE_AUDIT",
            folder.resolve("audit-" + index).toString());
    KinesisAsyncClient client =
        TestingSubscription.client(pod.kinesisPort().orElseThrow(), Protocol.HTTP2);
    if (index < pods.size()) {
      pods.set(index, pod);
      clients.set(index, client);
    } else {
      pods.add(pod);
      clients.add(client);
    }
    return pod;
  }

  private static String group(int pod) {
    return UUID.nameUUIDFromBytes(("pod " + pod).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void form(ShardPod pod, int index) {
    accomplished(pod.admin(0).form(new GroupFormation(pod.admin(0).report().disk(), group(index))));
  }

  private void assign(int pod, List<ShardDefinition> shards) {
    accomplished(pods.get(pod).admin(0).assign(TestingShardPod.assignment(STREAM, "none", shards)));
  }

  /** Tells a pod of a stream with all of its shards: shard N is in pod N. */
  private CompletionStage<AdminResult> publish(
      int pod, StreamDefinition published, String version, long generation) {
    return pods.get(pod)
        .admin(0)
        .publish(
            TestingShardPod.publication(
                published, version, generation, shard -> address(pod, shard)));
  }

  private String address(int from, ShardDefinition shard) {
    int pod = shard.id().index();
    return pod == from || pod >= pods.size() ? NOWHERE : address(pod);
  }

  private String address(int pod) {
    return "127.0.0.1:" + pods.get(pod).port(0);
  }

  private static void accomplished(CompletionStage<AdminResult> stage) {
    assertThat(done(stage)).isEqualTo(new AdminResult.Accomplished());
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void stop(int pod) throws IOException {
    clients.get(pod).close();
    pods.get(pod).close();
  }

  @AfterEach
  void stop() throws IOException {
    for (int pod = 0; pod < pods.size(); pod++) {
      stop(pod);
    }
    vertx.close();
  }

  private KinesisAsyncClient pod(int index) {
    return clients.get(index);
  }

  private static String put(KinesisAsyncClient by, String key) {
    return done(by.putRecord(
            request ->
                request.streamName("orders").partitionKey(key).data(SdkBytes.fromUtf8String(key))))
        .shardId();
  }

  /** An iterator of one pod, read at another. */
  private static List<String> read(
      KinesisAsyncClient iterating, KinesisAsyncClient reading, String shard) {
    String iterator =
        done(iterating.getShardIterator(
                request ->
                    request
                        .streamName("orders")
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
            .shardIterator();
    GetRecordsResponse answer =
        done(reading.getRecords(request -> request.shardIterator(iterator)));
    return answer.records().stream().map(PodFrontTest::text).toList();
  }

  private static String text(Record read) {
    return read.data().asUtf8String();
  }

  private static List<String> shards(KinesisAsyncClient at) {
    return done(at.listShards(request -> request.streamName("orders"))).shards().stream()
        .map(Shard::shardId)
        .toList();
  }

  @Test
  void whatIsPutAtOnePodIsReadAtTheOtherInWhicheverPodItsShardIs() {
    List<List<String>> sent = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < 40; i++) {
      String shard = put(pod(i % 2), "key-" + i);
      sent.get(ShardId.parse(shard).orElseThrow().index()).add("key-" + i);
    }
    assertThat(sent).allSatisfy(keys -> assertThat(keys).hasSizeGreaterThan(5));
    for (int shard = 0; shard < 2; shard++) {
      String id = new ShardId(shard).toString();
      assertThat(read(pod(0), pod(1), id)).isEqualTo(sent.get(shard));
      assertThat(read(pod(1), pod(0), id)).isEqualTo(sent.get(shard));
    }
  }

  @Test
  void aPodDescribesItsStreamAsAGatewayDoes() {
    KinesisAsyncClient pod = pod(0);
    assertThat(shards(pod)).containsExactly("shardId-000000000000", "shardId-000000000001");
    assertThat(
            done(pod.describeStreamSummary(request -> request.streamARN(ARN)))
                .streamDescriptionSummary()
                .openShardCount())
        .isEqualTo(2);
    assertThat(done(pod.listTagsForResource(request -> request.resourceARN(ARN))).tags())
        .singleElement()
        .satisfies(tag -> assertThat(tag.key()).isEqualTo("team"));
    assertThat(done(pod.listStreamConsumers(request -> request.streamARN(ARN))).consumers())
        .singleElement()
        .satisfies(consumer -> assertThat(consumer.consumerName()).isEqualTo("c"));
    assertThat(done(pod.listStreams()).streamNames()).containsExactly("orders");
  }

  @Test
  void aSubscriptionAtAPodHoldsAtTheOthersTooWhicheverHostsTheShard() throws Exception {
    String consumer = ARN + "/consumer/c:" + SECOND;
    for (int shard = 0; shard < 2; shard++) {
      String id = new ShardId(shard).toString();
      TestingSubscription subscription =
          TestingSubscription.begin(
              pod(0),
              consumer,
              id,
              StartingPosition.builder().type(ShardIteratorType.LATEST).build());
      subscription.await(s -> s.last != null);
      assertThatThrownBy(
              () ->
                  TestingSubscription.begin(
                          pod(1),
                          consumer,
                          id,
                          StartingPosition.builder().type(ShardIteratorType.LATEST).build())
                      .done()
                      .get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ResourceInUseException.class);
      List<String> sent = new ArrayList<>();
      for (int i = 0; sent.size() < 3; i++) {
        if (put(pod(1), id + "-" + i).equals(id)) {
          sent.add(id + "-" + i);
        }
      }
      subscription.await(s -> s.data.equals(sent));
    }
  }

  @Test
  void aControlCallNamesTheGateway() {
    assertThatThrownBy(() -> done(pod(0).createStream(request -> request.streamName("other"))))
        .hasCauseInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("CreateStream")
        .hasMessageContaining("http://millrace-gateway.team.svc:4567");
    assertThatThrownBy(
            () -> done(pod(0).deregisterStreamConsumer(request -> request.streamARN(ARN))))
        .hasMessageContaining("http://millrace-gateway.team.svc:4567");
    assertThatThrownBy(() -> done(pod(0).describeLimits()))
        .hasMessageContaining("http://millrace-gateway.team.svc:4567");
  }

  @Test
  void aPodRecordsWhatItServesOfTheControlCallsAndWhatItDoesNot() throws IOException {
    put(pod(0), "a");
    done(pod(0).describeStreamSummary(request -> request.streamName("orders")));
    assertThatThrownBy(() -> done(pod(0).deleteStream(request -> request.streamName("orders"))))
        .hasMessageContaining("http://millrace-gateway.team.svc:4567");
    stop(0);
    assertThat(AuditRecordSchema.records(folder.resolve("audit-0")))
        .extracting(
            is -> is.getString("eventName"),
            is -> is.getString("errorCode"),
            is -> is.getString("recipientAccountId"))
        .containsExactly(
            tuple("DescribeStreamSummary", null, account()),
            tuple("DeleteStream", "InvalidArgumentException", account()));
  }

  @Test
  void aStreamThatIsNotHostedIsNotFound() {
    assertThatThrownBy(
            () -> done(pod(0).describeStreamSummary(request -> request.streamName("other"))))
        .hasCauseInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aPodIsReadyOnceItsFrontKnowsItsStreamAndStaysSoWithoutTheOperator() throws IOException {
    ShardPod fresh = start(2);
    form(fresh, 2);
    assign(2, List.of());
    assertThat(fresh.isReady()).isFalse();
    accomplished(publish(2, stream, "1", 1));
    assertThat(fresh.isReady()).isTrue();
    put(pod(2), "before");
    stop(2);
    ShardPod again = start(2);
    assertThat(again.isReady()).isTrue();
    assertThat(again.admin(0).report().publication(STREAM.toString()).map(HeldPublication::version))
        .contains("1");
    put(pod(2), "after");
  }

  @Test
  void aStreamThatIsNotAssignedIsRefused() {
    StreamDefinition other =
        StreamDefinition.creating(
            new StreamName("other"),
            new StreamId(9),
            SECOND,
            StreamSettings.of(StreamMode.PROVISIONED),
            1);
    assertThat(done(publish(0, other, "1", 1))).isInstanceOf(AdminResult.Contradiction.class);
    assertThat(done(pod(0).listStreams()).streamNames()).containsExactly("orders");
  }

  /** The stream after a split of its first shard, whose children are in pods 2 and 3. */
  private StreamDefinition split() {
    ShardDefinition parent = stream.shards().getFirst();
    List<HashKeyRange> quarters = HashKeyRange.uniform(4);
    List<ShardDefinition> shards = new ArrayList<>();
    shards.add(parent.closed(SECOND + 9));
    shards.add(stream.shards().getLast());
    for (int child = 0; child < 2; child++) {
      shards.add(
          new ShardDefinition(
              new ShardId(2 + child), quarters.get(child), List.of(parent.id()), SECOND + 10));
    }
    return new StreamDefinition(
        stream.name(),
        STREAM,
        SECOND,
        StreamStatus.ACTIVE,
        stream.settings(),
        stream.consumers(),
        new StreamShape(shards, 4),
        Optional.empty());
  }

  @Test
  void aGenerationIsListedOnlyWhenItIsWhole() {
    StreamDefinition next = split();
    StreamPublication lacking =
        TestingShardPod.publication(
            next,
            "2",
            2,
            List.of(new ShardId(0), new ShardId(1)),
            next.shards().subList(2, 3),
            shard -> NOWHERE);
    assertThat(done(pods.getFirst().admin(0).publish(lacking)))
        .isInstanceOf(AdminResult.Contradiction.class);
    assertThat(shards(pod(0))).hasSize(2);
    assertThat(
            pods.getFirst()
                .admin(0)
                .report()
                .publication(STREAM.toString())
                .map(HeldPublication::generation))
        .as("it asks for all shards")
        .contains(0L);

    StreamPublication added =
        TestingShardPod.publication(
            next,
            "2",
            2,
            List.of(new ShardId(0), new ShardId(1)),
            next.shards().subList(2, 4),
            shard -> NOWHERE);
    accomplished(pods.getFirst().admin(0).publish(added));
    assertThat(shards(pod(0))).hasSize(4);
    assertThat(pods.getFirst().admin(0).report().publication(STREAM.toString()))
        .contains(added.held());
  }

  /** A reader takes "not found" for the end of the shard. */
  @Test
  void aShardThatIsListedElsewhereAlreadyIsUnavailableAndNotMissing() {
    accomplished(publish(0, split(), "2", 2));
    assertThatThrownBy(() -> read(pod(1), pod(1), "shardId-000000000002"))
        .hasCauseInstanceOf(KinesisException.class)
        .cause()
        .satisfies(failure -> assertThat(((KinesisException) failure).statusCode()).isEqualTo(503));
    assertThatThrownBy(() -> read(pod(0), pod(0), "shardId-000000000004"))
        .cause()
        .satisfies(failure -> assertThat(((KinesisException) failure).statusCode()).isEqualTo(503));
  }

  @Test
  void anOlderGenerationThanIsListedIsRefused() {
    accomplished(publish(0, split(), "2", 2));
    assertThat(done(publish(0, stream, "1", 1))).isInstanceOf(AdminResult.Contradiction.class);
    assertThat(shards(pod(0))).hasSize(4);
  }

  @Test
  void aPutAtAnyPodFollowsASealedShardToItsChildrenBeforeTheyArePublished() throws IOException {
    for (int pod = 2; pod < 4; pod++) {
      form(start(pod), pod);
      assign(pod, List.of());
      accomplished(publish(pod, stream, "1", 1));
    }
    StreamDefinition next = split();
    ReshardPlan plan =
        new ReshardPlan(
            STREAM.toString(),
            2,
            List.of(planned(next.shards().get(0))),
            List.of(planned(next.shards().get(2)), planned(next.shards().get(3))));
    String before = keyOf(stream.shards().getFirst());
    assertThat(put(pod(0), before)).isEqualTo("shardId-000000000000");
    done(pods.getFirst().admin(0).reshard(new ReshardStep(plan, Map.of(), false)));
    for (int pod = 0; pod < 4; pod++) {
      assertThat(put(pod(pod), before)).as("put at pod %d", pod).matches("shardId-0+[23]");
      assertThat(shards(pod(pod))).hasSize(2);
    }
    for (int pod = 0; pod < 4; pod++) {
      accomplished(publish(pod, listed(next), "2", 2));
      assertThat(shards(pod(pod))).hasSize(4);
      assertThat(put(pod(pod), before)).matches("shardId-0+[23]");
    }
  }

  /** With the second in which the leaders have opened the children. */
  private StreamDefinition listed(StreamDefinition next) {
    long second = pods.get(2).admin(0).report().shards().getFirst().creationSecond();
    List<ShardDefinition> shards =
        next.shards().stream()
            .map(
                shard ->
                    shard.parents().isEmpty()
                        ? shard
                        : new ShardDefinition(shard.id(), shard.range(), shard.parents(), second))
            .toList();
    return new StreamDefinition(
        next.name(),
        STREAM,
        SECOND,
        next.status(),
        next.settings(),
        next.consumers(),
        new StreamShape(shards, 4),
        Optional.empty());
  }

  private PlannedShard planned(ShardDefinition shard) {
    int pod = shard.id().index();
    return new PlannedShard(
        shard.id().toString(),
        shard.range().starting().toString(),
        shard.range().ending().toString(),
        shard.parents().stream().map(ShardId::toString).toList(),
        group(pod),
        List.of(new GroupMember("pod-" + pod, List.of(address(pod)))));
  }

  private static String keyOf(ShardDefinition shard) {
    HashKey.Hasher hasher = new HashKey.Hasher();
    for (int i = 0; ; i++) {
      String key = "key-" + i;
      if (shard.range().contains(hasher.hash(key.getBytes(StandardCharsets.UTF_8)))) {
        return key;
      }
    }
  }
}
