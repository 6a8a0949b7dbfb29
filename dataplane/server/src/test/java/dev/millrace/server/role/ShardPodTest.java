// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.rpc.RemoteLeader;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shard pod hosts the shards that are assigned to it, on the intended disk, also after a restart.
 */
class ShardPodTest {
  private static final StreamId STREAM = new StreamId(0x1234_5678_9abc_def0L);
  private static final String GROUP = "11111111-2222-4333-8444-555555555555";
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  private final TestingVertx testingVertx = new TestingVertx();
  private final Vertx vertx = testingVertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ReadPool reads = new ReadPool(2, 100);
  private final List<String> routes = new ArrayList<>();
  private final RemoteLeader leader =
      new RemoteLeader(
          vertx, shard -> List.copyOf(routes), reads, System::nanoTime, Optional.empty());
  private final SessionWriter writer =
      new SessionWriter(leader, ShardPodTest::later, System::nanoTime);

  private static void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }

  @AfterEach
  void close() {
    leader.close();
    reads.close();
    http.close();
    testingVertx.close();
  }

  private ShardPod start(String disk) throws IOException {
    ShardPod pod = TestingShardPod.start(folder.resolve(disk), vertx, Clocks.system());
    routes.clear();
    routes.add("127.0.0.1:" + pod.port(0));
    return pod;
  }

  private HttpResponse<String> put(ShardPod pod, String path, Object document)
      throws IOException, InterruptedException {
    return put(pod, path, JsonObject.mapFrom(document).encode());
  }

  private HttpResponse<String> put(ShardPod pod, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pod.port(0) + path))
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private PodReport report(ShardPod pod) throws IOException, InterruptedException {
    String body =
        http.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + pod.port(0) + "/admin/report"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return new JsonObject(body).mapTo(PodReport.class);
  }

  private static ShardRef shard(int index) {
    return new ShardRef(STREAM, new ShardId(index));
  }

  private static PodAssignment assignment(String limits, int shards) {
    return TestingShardPod.assignment(STREAM, limits, stream(shards).shards());
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

  private void formAndAssign(ShardPod pod, PodAssignment assignment)
      throws IOException, InterruptedException {
    String disk = report(pod).disk();
    assertThat(put(pod, "/admin/group", new GroupFormation(disk, GROUP)).statusCode())
        .isEqualTo(204);
    HttpResponse<String> answer = put(pod, "/admin/assignment", assignment);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  private void publish(ShardPod pod, int shards) throws IOException, InterruptedException {
    StreamPublication publication =
        TestingShardPod.publication(stream(shards), "1", 1, shard -> "127.0.0.1:1");
    HttpResponse<String> answer = put(pod, "/admin/publication", publication);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  private static RecordBatch batch(byte[]... data) {
    RecordBatch.Builder batch = new RecordBatch.Builder(64);
    for (byte[] each : data) {
      batch.add("key".getBytes(StandardCharsets.UTF_8), each, 0, each.length);
    }
    return batch.build();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private List<String> read(int index) {
    return done(
        leader.read(
            shard(index),
            0,
            1000,
            10 * MIB,
            result ->
                ((ReadResult.RecordPage) result)
                    .records().stream().map(ShardPodTest::dataOf).toList()));
  }

  private static String dataOf(StoredRecord record) {
    return StandardCharsets.UTF_8.decode(record.data().duplicate()).toString();
  }

  @Test
  void anEmptyPodWaitsToBeToldWhichGroupItIs() throws Exception {
    try (ShardPod pod = start("disk")) {
      PodReport report = report(pod);
      assertThat(report.group()).isNull();
      assertThat(report.leads()).isFalse();
      assertThat(report.shards()).isEmpty();
      assertThat(pod.isAlive()).isTrue();
      assertThat(pod.isReady()).isFalse();
      assertThat(put(pod, "/admin/assignment", assignment("none", 1)).statusCode()).isEqualTo(503);
      assertRefused(Reason.NOT_LEADER, writer.append(shard(0), batch(text("early"))));
    }
  }

  @Test
  void whatItIsToldItHostsAndToldAgainNothingChanges() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("none", 3));
      publish(pod, 3);
      formAndAssign(pod, assignment("none", 3));
      publish(pod, 3);
      PodReport report = report(pod);
      assertThat(report.group()).isEqualTo(GROUP);
      assertThat(report.leads()).isTrue();
      assertThat(report.assignment()).isEqualTo(assignment("none", 3));
      assertThat(report.publications()).hasSize(1);
      assertThat(report.shards()).extracting(PodReport.HostedShard::shardId).hasSize(3);
      assertThat(pod.isReady()).isTrue();
    }
  }

  @Test
  void anotherGroupOrAnotherDiskIsRefused() throws Exception {
    try (ShardPod pod = start("disk")) {
      String disk = report(pod).disk();
      String other = UUID.randomUUID().toString();
      assertThat(put(pod, "/admin/group", new GroupFormation(other, GROUP)).statusCode())
          .isEqualTo(409);
      assertThat(report(pod).group()).isNull();
      formAndAssign(pod, assignment("none", 1));
      HttpResponse<String> answer = put(pod, "/admin/group", new GroupFormation(disk, other));
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(answer.body()).contains(GROUP, other);
      PodAssignment stranger =
          TestingShardPod.assignment(new StreamId(0xff), "none", stream(1).shards());
      assertThat(put(pod, "/admin/assignment", stranger).statusCode()).isEqualTo(409);
    }
  }

  @Test
  void aRestartedPodServesItsRecordsWithoutBeingTold() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("none", 2));
      publish(pod, 2);
      done(writer.append(shard(0), batch(text("a"), text("b"))));
      done(writer.append(shard(1), batch(text("c"))));
    }
    try (ShardPod pod = start("disk")) {
      assertThat(pod.isReady()).isTrue();
      assertThat(report(pod).assignment()).isEqualTo(assignment("none", 2));
      assertThat(read(0)).containsExactly("a", "b");
      assertThat(read(1)).containsExactly("c");
    }
  }

  @Test
  void anEmptiedDiskIsAnotherDiskAndFormsNothingByItself() throws Exception {
    String disk;
    try (ShardPod pod = start("one")) {
      formAndAssign(pod, assignment("none", 1));
      disk = report(pod).disk();
    }
    try (ShardPod pod = start("two")) {
      assertThat(report(pod).disk()).isNotEqualTo(disk);
      assertThat(report(pod).group()).isNull();
      assertThat(put(pod, "/admin/group", new GroupFormation(disk, GROUP)).statusCode())
          .isEqualTo(409);
    }
  }

  @Test
  void positionsAndArrivalsAreThoseThatTheLeaderGave() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("none", 1));
      Outcome.Appended appended =
          (Outcome.Appended) done(writer.append(shard(0), batch(text("a"), text("b"))));
      assertThat(appended.throttled()).isEmpty();
      List<StoredRecord> records =
          done(
              leader.read(
                  shard(0), 0, 10, MIB, result -> ((ReadResult.RecordPage) result).records()));
      assertThat(records)
          .extracting(StoredRecord::position)
          .containsExactly(appended.firstPosition(), appended.firstPosition() + 1);
      assertThat(records)
          .extracting(StoredRecord::arrivalMillis)
          .containsOnly(appended.arrivalMillis());
      assertThat(done(leader.find(shard(0), new StartingPosition.Latest())))
          .contains(appended.firstPosition() + 2);
      assertThat(
              done(
                  leader.find(
                      shard(0), new StartingPosition.AtTimestamp(appended.arrivalMillis()))))
          .contains(appended.firstPosition());
    }
  }

  @Test
  void theLimitsAreTheLeadersAndCanBeSwitched() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("aws", 1));
      byte[] half = new byte[MIB / 2];
      List<Integer> throttled = List.of();
      // Loop until the burst is used up.
      for (int i = 0; i < 100 && throttled.isEmpty(); i++) {
        throttled =
            ((Outcome.Appended) done(writer.append(shard(0), batch(half, half)))).throttled();
      }
      assertThat(throttled).isNotEmpty();
      formAndAssign(pod, assignment("none", 1));
      assertThat(((Outcome.Appended) done(writer.append(shard(0), batch(half)))).throttled())
          .isEmpty();
    }
  }

  @Test
  void aStaleAddressIsPassedOver() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("none", 1));
      try (ServerSocket unused = new ServerSocket(0)) {
        routes.addFirst("127.0.0.1:" + unused.getLocalPort());
      }
      done(writer.append(shard(0), batch(text("a"))));
      assertThat(read(0)).containsExactly("a");
    }
  }

  @Test
  void aShardThatIsNotThereIsTriedAgainAndNotCalledMissing() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("none", 1));
      assertRefused(Reason.NOT_LEADER, writer.append(shard(7), batch(text("a"))));
      assertRefused(Reason.NOT_LEADER, leader.find(shard(7), new StartingPosition.TrimHorizon()));
    }
    assertRefused(Reason.NOT_LEADER, writer.append(shard(0), batch(text("a"))));
    routes.clear();
    assertRefused(Reason.NOT_LEADER, writer.append(shard(0), batch(text("a"))));
  }

  /** The connection is closed when the first answer to an append arrives. */
  @Test
  void aBatchWhoseAnswerIsLostIsSentAgainAndIsThereOnce() throws Exception {
    try (ShardPod pod = start("disk");
        CuttingProxy proxy = new CuttingProxy(pod.port(0))) {
      formAndAssign(pod, assignment("none", 1));
      routes.set(0, "127.0.0.1:" + proxy.port());
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        done(writer.append(shard(0), batch(text("before" + i))));
        proxy.cutNextAnswer();
        Outcome.Appended appended =
            (Outcome.Appended) done(writer.append(shard(0), batch(text("cut" + i))));
        assertThat(appended.throttled()).isEmpty();
        sent.addAll(List.of("before" + i, "cut" + i));
      }
      assertThat(proxy.cuts()).isEqualTo(20);
      assertThat(read(0)).isEqualTo(sent);
    }
  }

  /**
   * The answers that are cut are those of many batches, for two shards. A cut may meet a connection
   * that is just being opened; what was to go over it is refused and is not there.
   */
  @Test
  void batchesThatTravelTogetherAreThereOnceThoughTheirAnswersAreLost() throws Exception {
    try (ShardPod pod = start("disk");
        CuttingProxy proxy = new CuttingProxy(pod.port(0))) {
      formAndAssign(pod, assignment("none", 2));
      routes.set(0, "127.0.0.1:" + proxy.port());
      List<List<String>> sent = List.of(new ArrayList<>(), new ArrayList<>());
      for (int round = 0; round < 10; round++) {
        Map<String, CompletableFuture<?>> answers = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
          String data = i % 2 + "-" + round + "-" + i;
          answers.put(data, writer.append(shard(i % 2), batch(text(data))).toCompletableFuture());
          if (i == 50) {
            proxy.cutNextAnswer();
          }
        }
        answers.forEach(
            (data, answer) -> {
              if (!refusal(answer).equals(Optional.of(Reason.NOT_LEADER))) {
                done(answer);
                sent.get(data.charAt(0) - '0').add(data);
              }
            });
      }
      assertThat(proxy.cuts()).isGreaterThan(5);
      assertThat(read(0)).containsExactlyInAnyOrderElementsOf(sent.get(0));
      assertThat(read(1)).containsExactlyInAnyOrderElementsOf(sent.get(1));
    }
  }

  @Test
  void rubbishIsRefusedInWords() throws Exception {
    try (ShardPod pod = start("disk")) {
      formAndAssign(pod, assignment("none", 1));
      assertThat(put(pod, "/admin/group", "{").statusCode()).isEqualTo(400);
      assertThat(put(pod, "/admin/group", "{\"disk\":\"x\",\"group\":\"y\"}").statusCode())
          .isEqualTo(400);
      HttpResponse<String> answer =
          put(pod, "/admin/assignment", "{\"streams\":[{\"streamId\":\"zz\"}]}");
      assertThat(answer.statusCode()).isIn(400, 409);
      assertThat(put(pod, "/admin/publication", "{}").statusCode()).isEqualTo(400);
      assertThat(put(pod, "/nowhere", "{}").statusCode()).isEqualTo(404);
      assertThat(report(pod).shards()).hasSize(1);
    }
  }

  private static Optional<Reason> refusal(CompletableFuture<?> answer) {
    return answer
        .orTimeout(30, TimeUnit.SECONDS)
        .handle((result, failure) -> Optional.ofNullable(failure))
        .join()
        .map(failure -> ((LogRefusedException) CompletionFailures.cause(failure)).reason());
  }

  private static void assertRefused(Reason reason, CompletionStage<?> stage) {
    assertThatThrownBy(() -> done(stage))
        .cause()
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
