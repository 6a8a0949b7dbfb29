// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.GroupPorts;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.server.rpc.PodAdmin;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Several groups in each pod of a set, each with its own leader, disk and port: shard N of the
 * stream is in group N. The test is the operator; its clients use the AWS SDK.
 */
@Timeout(180)
class PodGroupsTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final StreamId STREAM = new StreamId(0x1234_5678_9abc_def0L);
  private static final int PODS = 3;

  @TempDir private Path folder;

  private final TestingVertx vertx = new TestingVertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger halts = new AtomicInteger();
  private final List<Optional<ShardPod>> pods = new ArrayList<>();
  private final List<Integer> firstPorts = new ArrayList<>();
  private final List<List<String>> sent = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    Files.write(folder.resolve("token.key"), new byte[32]);
    TestingShardPod.raftTls(folder);
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(halts).as("processes that have ended themselves").hasValue(0);
    for (int pod = 0; pod < pods.size(); pod++) {
      stop(pod);
    }
    http.close();
    vertx.close();
  }

  private static String group(int number) {
    return UUID.nameUUIDFromBytes(("group " + number).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static StreamDefinition stream(int shards) {
    return StreamDefinition.creating(
            new StreamName("orders"),
            STREAM,
            1_700_000_000L,
            StreamSettings.of(StreamMode.PROVISIONED),
            shards)
        .withStatus(StreamStatus.ACTIVE);
  }

  /** Starts a pod on its folder, for the first time or again. */
  private ShardPod start(int index, int groups) throws IOException {
    if (index == firstPorts.size()) {
      firstPorts.add(TestingShardPod.freePort(groups));
      pods.add(Optional.empty());
    }
    ShardPod pod =
        TestingShardPod.start(
            folder.resolve("pod-" + index),
            vertx.vertx(),
            Clocks.system(),
            (why, cause) -> halts.incrementAndGet(),
            "MILLRACE_GROUPS",
            String.valueOf(groups),
            "MILLRACE_RPC_PORT",
            String.valueOf(firstPorts.get(index)),
            "MILLRACE_RAFT_TLS",
            folder.resolve("raft-tls").toString(),
            "MILLRACE_TOKEN_KEY",
            folder.resolve("token.key").toString());
    pods.set(index, Optional.of(pod));
    return pod;
  }

  private void stop(int index) throws IOException {
    Optional<ShardPod> pod = pods.set(index, Optional.empty());
    if (pod.isPresent()) {
      pod.get().close();
    }
  }

  private ShardPod pod(int index) {
    return pods.get(index).orElseThrow();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static void accomplished(CompletionStage<AdminResult> stage) {
    assertThat(done(stage)).isEqualTo(new AdminResult.Accomplished());
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private String disk(int pod, int group) {
    return pod(pod).admin(group).report().disk();
  }

  private OptionalInt leader(int group) {
    return IntStream.range(0, pods.size())
        .filter(pod -> pods.get(pod).filter(up -> up.admin(group).report().leads()).isPresent())
        .findFirst();
  }

  /** Pods with as many groups, each with a shard. */
  private void form(int groups) throws IOException {
    for (int pod = 0; pod < PODS; pod++) {
      start(pod, groups);
    }
    for (int group = 0; group < groups; group++) {
      sent.add(new ArrayList<>());
      List<FormedMember> members = new ArrayList<>();
      for (int pod = 0; pod < PODS; pod++) {
        assertThat(pod(pod).port(group)).isEqualTo(GroupPorts.of(firstPorts.get(pod), group));
        members.add(
            new FormedMember(
                disk(pod, group),
                "127.0.0.1:" + TestingShardPod.freePort(),
                "127.0.0.1:" + pod(pod).port(group)));
      }
      for (int pod = 0; pod < PODS; pod++) {
        accomplished(
            pod(pod)
                .admin(group)
                .form(new GroupFormation(disk(pod, group), group(group), members, false)));
      }
    }
    StreamDefinition stream = stream(groups);
    for (ShardDefinition shard : stream.shards()) {
      // All are asked each time: only the leader opens shards, and then the others take them.
      await("each pod takes its assignment", () -> podsAssigned(shard) == PODS);
    }
    List<String> addresses = firstPorts.stream().map(port -> "127.0.0.1:" + port).toList();
    StreamPublication publication =
        TestingShardPod.publication(stream, "1", addresses, shard -> shard.id().index());
    for (int pod = 0; pod < PODS; pod++) {
      assertThat(pod(pod).isReady()).as("before its front knows the stream").isFalse();
      accomplished(pod(pod).admin(pod % groups).publish(publication));
      for (int group = 0; group < groups; group++) {
        assertThat(pod(pod).admin(group).report().publication(STREAM.toString()))
            .contains(publication.held());
      }
      ShardPod published = pod(pod);
      await("it is ready", published::isReady);
    }
  }

  /** How many pods have taken the assignment of a shard to its group. */
  private long podsAssigned(ShardDefinition shard) {
    return pods.stream()
        .flatMap(Optional::stream)
        .map(pod -> pod.admin(shard.id().index()))
        .map(
            admin -> done(admin.assign(TestingShardPod.assignment(STREAM, "none", List.of(shard)))))
        .filter(AdminResult.Accomplished.class::isInstance)
        .count();
  }

  private HttpResponse<String> move(int askedPod, int group, LeaderMove move) throws Exception {
    return http.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + GroupPorts.of(firstPorts.get(askedPod), group)
                        + "/admin/leader"))
            .PUT(HttpRequest.BodyPublishers.ofString(JsonObject.mapFrom(move).encode()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void lead(int pod, int group) throws Exception {
    await("a member leads", () -> leader(group).isPresent());
    HttpResponse<String> answer =
        move(leader(group).orElseThrow(), group, new LeaderMove(group(group), disk(pod, group)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    await(
        "pod %d leads group %d".formatted(pod, group),
        () -> leader(group).equals(OptionalInt.of(pod)));
  }

  private KinesisAsyncClient client(int pod) {
    return TestingSubscription.client(pod(pod).kinesisPort().orElseThrow(), Protocol.HTTP2);
  }

  /** Puts a record into each shard through the front of a pod, and reads all of each there. */
  private void putAndReadAll(int pod, String text) {
    try (KinesisAsyncClient client = client(pod)) {
      for (ShardDefinition shard : stream(sent.size()).shards()) {
        put(client, shard, text + " at pod " + pod);
      }
      for (int shard = 0; shard < sent.size(); shard++) {
        assertThat(read(client, shard))
            .as("shard %d at pod %d", shard, pod)
            .isEqualTo(sent.get(shard));
      }
    }
  }

  private void put(KinesisAsyncClient client, ShardDefinition shard, String text) {
    String by =
        done(client.putRecord(
                request ->
                    request
                        .streamName("orders")
                        .partitionKey("key")
                        .explicitHashKey(shard.range().starting().toString())
                        .data(SdkBytes.fromUtf8String(text))))
            .shardId();
    assertThat(by).isEqualTo(shard.id().toString());
    sent.get(shard.id().index()).add(text);
  }

  private static List<String> read(KinesisAsyncClient client, int shard) {
    String iterator =
        done(client.getShardIterator(
                request ->
                    request
                        .streamName("orders")
                        .shardId(new ShardId(shard).toString())
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON)))
            .shardIterator();
    return done(client.getRecords(request -> request.shardIterator(iterator))).records().stream()
        .map(record -> record.data().asUtf8String())
        .toList();
  }

  @Test
  void eachPodLeadsAGroupAndServesAllAndTheOthersTakeOverWhatAPodLed() throws Exception {
    form(PODS);
    for (int group = 0; group < PODS; group++) {
      lead(group, group);
    }
    for (int pod = 0; pod < PODS; pod++) {
      putAndReadAll(pod, "each leads");
    }
    assertThat(IntStream.range(0, PODS).map(group -> leader(group).orElseThrow()))
        .containsExactly(0, 1, 2);
    lead(0, 1);
    stop(0);
    for (int pod = 1; pod < PODS; pod++) {
      putAndReadAll(pod, "without the first");
    }
    ShardPod back = start(0, PODS);
    await("it is ready again", back::isReady);
    putAndReadAll(0, "with all");
    for (int group = 0; group < PODS; group++) {
      int led = leader(group).orElseThrow();
      int of = group;
      await(
          "all members have the rows of the leader's",
          () ->
              IntStream.range(0, PODS)
                  .allMatch(
                      pod ->
                          pod(pod)
                              .admin(of)
                              .report()
                              .shards()
                              .equals(pod(led).admin(of).report().shards())));
      assertThat(pod(0).admin(group).report().shards()).hasSize(1);
    }
  }

  @Test
  void aLeaderMovesOnlyFromWhoLeadsToAMemberThatKeepsUp() throws Exception {
    form(2);
    lead(0, 1);
    LeaderMove toSecond = new LeaderMove(group(1), disk(1, 1));
    assertThat(move(0, 0, toSecond).body())
        .as("at the port of another group")
        .isEqualTo("this disk has group %s, not %s\n".formatted(group(0), group(1)));
    HttpResponse<String> atFollower = move(2, 1, toSecond);
    assertThat(atFollower.statusCode()).isEqualTo(409);
    assertThat(atFollower.body()).isEqualTo("this member does not lead the group\n");
    HttpResponse<String> noMember = move(0, 1, new LeaderMove(group(1), group(7)));
    assertThat(noMember.statusCode()).isEqualTo(409);
    assertThat(noMember.body())
        .startsWith("disk %s is not one of the members [".formatted(group(7)));
    HttpResponse<String> noDisk = move(0, 1, new LeaderMove(group(1), "pod-1"));
    assertThat(noDisk.statusCode()).isEqualTo(400);
    assertThat(noDisk.body()).isEqualTo("to must be the UUID of a disk, found 'pod-1'\n");
    LeaderMove stays = new LeaderMove(group(1), disk(0, 1));
    assertThat(move(0, 1, stays).statusCode()).as("to the one that leads").isEqualTo(204);
    assertThat(leader(1)).hasValue(0);
    stop(1);
    await("it has said nothing for long", () -> move409(toSecond).isPresent());
    assertThat(move409(toSecond).orElseThrow())
        .startsWith("disk %s does not acknowledge what is written: ".formatted(toSecond.to()));
    assertThat(leader(1)).hasValue(0);
  }

  /** The text with which the first pod rejects a move, if it does not try it. */
  private Optional<String> move409(LeaderMove move) {
    try {
      HttpResponse<String> answer = move(0, 1, move);
      assertThat(answer.statusCode()).isIn(409, 503);
      return Optional.of(answer.body()).filter(text -> answer.statusCode() == 409);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPodThatGetsAnotherGroupKeepsItsRecordsAndServesThemBeforeThatIsFormed() throws Exception {
    StreamDefinition stream = stream(2);
    StreamPublication publication =
        TestingShardPod.publication(
            stream,
            "1",
            List.of("127.0.0.1:" + TestingShardPod.freePort()),
            shard -> shard.id().index());
    sent.add(new ArrayList<>());
    sent.add(new ArrayList<>());
    ShardPod one = start(0, 1);
    firstPorts.set(0, TestingShardPod.freePort(2));
    serveAlone(one, 0, stream.shards().getFirst());
    accomplished(one.admin(0).publish(publication));
    try (KinesisAsyncClient client = client(0)) {
      put(client, stream.shards().getFirst(), "of one group");
    }
    String disk = disk(0, 0);
    stop(0);
    ShardPod two = start(0, 2);
    assertThat(disk(0, 0)).isEqualTo(disk);
    assertThat(two.admin(1).report().disk()).isNotEqualTo(disk);
    assertThat(two.admin(1).report().group()).isNull();
    assertThat(two.isReady()).as("while the other group is not formed").isTrue();
    assertThat(done(two.admin(1).publish(publication))).isEqualTo(new AdminResult.Accomplished());
    accomplished(two.admin(1).form(new GroupFormation(two.admin(1).report().disk(), group(1))));
    assertThat(two.isReady()).as("while a group has no assignment").isFalse();
    serveAlone(two, 1, stream.shards().getLast());
    assertThat(two.isReady()).isTrue();
    putAndReadAll(0, "of two groups");
    stop(0);
    start(0, 2);
    putAndReadAll(0, "after another start");
    Set<String> disks = new HashSet<>(List.of(disk(0, 0), disk(0, 1)));
    stop(0);
    assertThatThrownBy(() -> start(0, 1))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "data folder %s holds groups/1, whose records nobody would serve: MILLRACE_GROUPS must be at least 2, found 1",
            folder.resolve("pod-0"));
    start(0, 2);
    assertThat(disks).containsExactlyInAnyOrder(disk(0, 0), disk(0, 1));
    putAndReadAll(0, "after a start that was refused");
  }

  private static void serveAlone(ShardPod pod, int group, ShardDefinition shard) {
    PodAdmin admin = pod.admin(group);
    accomplished(admin.form(new GroupFormation(admin.report().disk(), group(group))));
    accomplished(admin.assign(TestingShardPod.assignment(STREAM, "none", List.of(shard))));
  }
}
