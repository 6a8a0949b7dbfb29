// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.identity.WorkloadIdentity;
import dev.millrace.core.identity.WorkloadIdentity.GatewayIdentity;
import dev.millrace.core.identity.WorkloadIdentity.OperatorIdentity;
import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.rpc.InternalTls;
import dev.millrace.server.rpc.RemoteLeader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The internal port of a shard pod takes each call from those only who are meant to make it. */
class InternalLocksTest {
  private static final StreamId STREAM = new StreamId(0x1234_5678_9abc_def0L);
  private static final ShardRef SHARD = new ShardRef(STREAM, new ShardId(0));
  private static final ShardPodIdentity POD = new ShardPodIdentity("team", "orders-12ab3");

  @TempDir private Path folder;

  private final WorkloadAuthority authority = new WorkloadAuthority("ours");
  private final TestingVertx testingVertx = new TestingVertx();
  private final Vertx vertx = testingVertx.vertx();
  private final ReadPool reads = new ReadPool(2, 100);
  private ShardPod pod;
  private Path podFiles;

  @BeforeEach
  void start() throws IOException {
    podFiles = authority.issue(folder.resolve("pod"), POD.uri());
    pod =
        TestingShardPod.start(
            folder.resolve("disk"),
            vertx,
            Clocks.system(),
            "MILLRACE_RPC_TLS",
            podFiles.toString());
  }

  @AfterEach
  void close() throws IOException {
    pod.close();
    reads.close();
    testingVertx.close();
  }

  private record Answer(int status, String body) {}

  private static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Over a connection of its own. */
  private Answer call(HttpClientOptions options, HttpMethod method, String path, Object document) {
    HttpClient client = vertx.createHttpClient(options);
    try {
      return done(
          client
              .request(method, pod.port(0), "127.0.0.1", path)
              .compose(request -> request.send(JsonObject.mapFrom(document).toBuffer()))
              .compose(
                  response ->
                      response.body().map(body -> new Answer(response.statusCode(), text(body)))));
    } finally {
      done(client.close());
    }
  }

  private static String text(Buffer body) {
    return body.toString(StandardCharsets.UTF_8);
  }

  private HttpClientOptions with(WorkloadAuthority by, WorkloadIdentity identity) {
    try {
      Path files = by.issue(folder.resolve(UUID.randomUUID().toString()), identity.uri());
      return tls()
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(files.resolve("tls.crt").toString())
                  .setKeyPath(files.resolve("tls.key").toString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpClientOptions tls() {
    return new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
  }

  private PodReport report() {
    Answer answer =
        call(
            with(authority, new OperatorIdentity()),
            HttpMethod.GET,
            "/admin/report",
            new JsonObject());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).mapTo(PodReport.class);
  }

  private void formAndAssign() {
    HttpClientOptions operator = with(authority, new OperatorIdentity());
    GroupFormation formation = new GroupFormation(report().disk(), UUID.randomUUID().toString());
    assertThat(call(operator, HttpMethod.PUT, "/admin/group", formation).status()).isEqualTo(204);
    StreamDefinition stream =
        StreamDefinition.creating(
            new StreamName("orders"),
            STREAM,
            1_700_000_000L,
            StreamSettings.of(StreamMode.PROVISIONED),
            1);
    Answer answer =
        call(
            operator,
            HttpMethod.PUT,
            "/admin/assignment",
            TestingShardPod.assignment(STREAM, "none", stream.shards()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(204);
  }

  private RemoteLeader front(Path files) throws IOException {
    return new RemoteLeader(
        vertx,
        shard -> List.of("127.0.0.1:" + pod.port(0)),
        reads,
        System::nanoTime,
        Optional.of(InternalTls.of(files)));
  }

  private static void put(RemoteLeader front) {
    RecordBatch.Builder batch = new RecordBatch.Builder(64);
    byte[] data = "record".getBytes(StandardCharsets.UTF_8);
    batch.add(data, data, 0, data.length);
    new SessionWriter(front, (millis, task) -> later(millis, task), System::nanoTime)
        .append(SHARD, batch.build())
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  private static void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          spiffe://millrace.dev/operator                          | admin
          spiffe://millrace.dev/ns/team/gateway                   | shard
          spiffe://millrace.dev/ns/other/gateway                  |
          spiffe://millrace.dev/ns/team/stream/orders-12ab3       | shard member term reshard
          spiffe://millrace.dev/ns/team/stream/orders-99999       |
          spiffe://millrace.dev/ns/other/stream/orders-12ab3      |
          """,
      delimiter = '|')
  void eachMakesTheCallsThatItIsMeantToMake(String id, String allowed) {
    HttpClientOptions caller = with(authority, WorkloadIdentity.parse(id).orElseThrow());
    List<String> mayCall = allowed == null ? List.of() : List.of(allowed.split(" ", -1));
    for (String[] call :
        new String[][] {
          {"admin", "GET", "/admin/report"},
          {"admin", "PUT", "/admin/group"},
          {"admin", "PUT", "/admin/members"},
          {"admin", "PUT", "/admin/leader"},
          {"admin", "PUT", "/admin/loss"},
          {"admin", "PUT", "/admin/assignment"},
          {"admin", "PUT", "/admin/publication"},
          {"admin term", "POST", "/admin/term"},
          {"admin reshard", "POST", "/admin/reshard"},
          {"shard", "POST", "/shard/append"},
          {"shard", "POST", "/shard/read"},
          {"shard", "POST", "/shard/session"},
          {"shard", "POST", "/shard/subscribe"},
          {"member", "POST", "/member/rows"},
          {"member", "POST", "/member/configuration"},
          {"", "GET", "/"},
          {"", "POST", "/shardx"},
          {"", "PUT", "/shards/../admin/assignment"},
        }) {
      boolean may = List.of(call[0].split(" ", -1)).stream().anyMatch(mayCall::contains);
      Answer answer = call(caller, HttpMethod.valueOf(call[1]), call[2], new JsonObject());
      assertThat(answer.status() != 403).as(id + " calls " + call[2] + answer).isEqualTo(may);
      if (!may) {
        assertThat(answer.body()).isEqualTo("%s may not call %s\n".formatted(id, call[2]));
      }
    }
  }

  @Test
  void whoHasNoCertificateOrOneOfAnotherAuthorityIsNotLetIn() {
    assertThatThrownBy(() -> call(tls(), HttpMethod.GET, "/admin/report", new JsonObject()))
        .hasRootCauseInstanceOf(SSLException.class);
    assertThatThrownBy(
            () ->
                call(
                    with(new WorkloadAuthority("theirs"), new OperatorIdentity()),
                    HttpMethod.GET,
                    "/admin/report",
                    new JsonObject()))
        .hasRootCauseInstanceOf(SSLException.class);
  }

  @Test
  void clearTextIsNotAnswered() {
    for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
      HttpClientOptions clear =
          new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false);
      assertThatThrownBy(() -> call(clear, HttpMethod.GET, "/admin/report", new JsonObject()))
          .as(version.toString())
          .isNotNull();
    }
  }

  @Test
  void aGatewayPutsAndAlsoAfterBothHaveNewCertificatesOfANewAuthority() throws Exception {
    formAndAssign();
    Path files = authority.issue(folder.resolve("gateway"), new GatewayIdentity("team").uri());
    WorkloadAuthority next = new WorkloadAuthority("next");
    InternalTls tls = InternalTls.of(files);
    try (RemoteLeader front =
        new RemoteLeader(
            vertx,
            shard -> List.of("127.0.0.1:" + pod.port(0)),
            reads,
            System::nanoTime,
            Optional.of(tls))) {
      put(front);
      WorkloadAuthority.trust(podFiles, authority, next);
      awaitTaken(next);
      next.issue(files, new GatewayIdentity("team").uri());
      WorkloadAuthority.trust(files, authority, next);
      tls.readAgain().toCompletableFuture().join();
      put(front);
      next.issue(podFiles, POD.uri());
      awaitRefused();
      put(front);
    }
    try (RemoteLeader front = front(files)) {
      put(front);
    }
  }

  /** The pod looks at its files every few seconds. */
  private void awaitTaken(WorkloadAuthority next) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    HttpClientOptions operator = with(next, new OperatorIdentity());
    while (true) {
      try {
        call(operator, HttpMethod.GET, "/admin/report", new JsonObject());
        return;
      } catch (RuntimeException e) {
        assertThat(System.nanoTime()).as(e.toString()).isLessThan(end);
      }
    }
  }

  private void awaitRefused() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    HttpClientOptions operator = with(authority, new OperatorIdentity());
    while (true) {
      try {
        call(operator, HttpMethod.GET, "/admin/report", new JsonObject());
        assertThat(System.nanoTime()).isLessThan(end);
      } catch (RuntimeException e) {
        return;
      }
    }
  }

  @Test
  void aFrontSaysNothingToWhoeverIsNoPodOfItsNamespace() throws Exception {
    Path stranger = authority.issue(folder.resolve("other"), new GatewayIdentity("other").uri());
    try (RemoteLeader front = front(stranger)) {
      assertThatThrownBy(
              () ->
                  front
                      .openSession(SHARD)
                      .toCompletableFuture()
                      .orTimeout(30, TimeUnit.SECONDS)
                      .join())
          .satisfies(
              failure ->
                  assertThat(CompletionFailures.cause(failure))
                      .isInstanceOfSatisfying(
                          LogRefusedException.class,
                          refusal -> {
                            assertThat(refusal.reason()).isEqualTo(Reason.NOT_LEADER);
                            assertThat(refusal).hasMessageContaining("no pod that may be asked");
                          }));
    }
  }
}
