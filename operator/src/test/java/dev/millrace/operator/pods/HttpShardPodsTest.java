// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.millrace.core.identity.WorkloadIdentity;
import dev.millrace.core.identity.WorkloadIdentity.GatewayIdentity;
import dev.millrace.core.identity.WorkloadIdentity.OperatorIdentity;
import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.PodReport.ReportedFollower;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.core.report.StreamPublication.HeldPublication;
import dev.millrace.operator.act.TestingInstallation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said to a pod and how its answers are read, byte by byte. */
class HttpShardPodsTest {
  private static final PodAddress POD =
      new PodAddress("team", "orders-0-0", Optional.of("127.0.0.1"));

  private final TestingInstallation installation = new TestingInstallation();
  private HttpsServer server;
  private HttpShardPods pods;
  private int status = 200;
  private String answer = "";
  private String asked = "";

  @BeforeEach
  void start() throws Exception {
    start(installation, new ShardPodIdentity("team", "orders"));
  }

  /** A server that wants the certificate of an operator. */
  private void start(TestingInstallation of, WorkloadIdentity identity) throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(of.server(identity)) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    server.createContext("/", this::answer);
    server.start();
    pods = new HttpShardPods(server.getAddress().getPort(), installation.operator());
  }

  private void startAgain(TestingInstallation of, WorkloadIdentity identity) throws Exception {
    stop();
    start(of, identity);
  }

  @AfterEach
  void stop() {
    pods.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void aReportIsReadAndWhatIsUnknownInItIsPassedOver() {
    answer =
        """
        {"disk":"d","group":"g","leads":true,"term":1,"followers":[{"disk":"e","behind":2,"silentMillis":3}],"members":["d","e"],"hasRoom":true,"later":1,
         "assignment":{"streams":[{"streamId":"s","retentionPeriodHours":24,"limits":"aws","shards":[
           {"shardId":"shardId-000000000000","startingHashKey":"0","endingHashKey":"9",
            "parentShardIds":[],"creationSecond":7}]}]},
         "publications":[{"streamId":"s","version":"v","generation":2,"digest":"0123456789abcdef"}],
         "shards":[{"streamId":"s","shardId":"shardId-000000000000","nextPosition":3,"creationSecond":7,"closeSecond":9,"empty":true}],
         "subscriptions":[{"streamId":"s","shardId":"shardId-000000000000","consumer":"c",
           "consumerCreationSecond":5,"active":true,"lagMillis":9}]}
        """;
    assertThat(pods.report(POD))
        .contains(
            new PodReport(
                "d",
                "g",
                true,
                1,
                null,
                List.of(new ReportedFollower("e", 2, 3)),
                List.of("d", "e"),
                true,
                new PodAssignment(
                    List.of(
                        new AssignedStream(
                            "s",
                            24,
                            "aws",
                            List.of(
                                new AssignedShard(
                                    "shardId-000000000000", "0", "9", List.of(), 7))))),
                List.of(new HeldPublication("s", "v", 2, "0123456789abcdef")),
                List.of(new HostedShard("s", "shardId-000000000000", 3, 7, 9L, true)),
                List.of(new ShardSubscription("s", "shardId-000000000000", "c", 5, true, 9))));
    assertThat(asked).isEqualTo("GET /admin/report ");
  }

  @Test
  void whoIsNoPodOfTheNamespaceIsNotListenedTo() throws Exception {
    answer =
        """
        {"disk":"d","group":null,"leads":false,"hasRoom":true,"assignment":null,"shards":[]}
        """;
    assertThat(pods.report(POD)).isPresent();
    for (WorkloadIdentity identity :
        new WorkloadIdentity[] {
          new ShardPodIdentity("other", "orders"),
          new GatewayIdentity("team"),
          new OperatorIdentity()
        }) {
      startAgain(installation, identity);
      assertThat(pods.report(POD)).as(identity.uri()).isEmpty();
    }
    startAgain(new TestingInstallation(), new ShardPodIdentity("team", "orders"));
    assertThat(pods.report(POD)).isEmpty();
    assertThat(pods.acceptLoss(POD, new AcceptedLoss("g", "d", List.of(), List.of(), "r")))
        .isInstanceOfSatisfying(
            PodAnswer.NotAccepted.class,
            refused -> assertThat(refused.why()).contains("SSLHandshakeException"));
  }

  @Test
  void aNewPodHasNoGroupAndNoAssignment() {
    answer =
        """
        {"disk":"d","group":null,"leads":false,"hasRoom":true,"assignment":null,"shards":[]}
        """;
    assertThat(pods.report(POD))
        .contains(
            new PodReport(
                "d", null, false, 0, null, null, null, true, null, null, List.of(), null));
  }

  @Test
  void whatIsNoReportIsAbsent() {
    answer = "<html>";
    assertThat(pods.report(POD)).isEmpty();
    answer = "{}";
    assertThat(pods.report(POD)).as("a report without its parts").isEmpty();
    answer = "{\"leads\":true,\"shards\":[]}";
    assertThat(pods.report(POD)).as("a report of no disk").isEmpty();
    answer = "{\"disk\":\"d\",\"shards\":[]}";
    assertThat(pods.report(POD)).isPresent();
    answer = answer + " ".repeat(16 << 20);
    assertThat(pods.report(POD)).as("a report that does not end").isEmpty();
    status = 503;
    assertThat(pods.report(POD)).isEmpty();
    server.stop(0);
    assertThat(pods.report(POD)).as("nobody listens").isEmpty();
    assertThat(pods.report(new PodAddress("team", "p", Optional.empty()))).isEmpty();
  }

  @Test
  void anOrderIsDoneWith204AndElseTheReasonIsPassedOn() {
    status = 204;
    assertThat(pods.formGroup(POD, new GroupFormation("d", "g")))
        .isEqualTo(new PodAnswer.Accepted());
    assertThat(asked)
        .isEqualTo(
            "PUT /admin/group {\"disk\":\"d\",\"group\":\"g\",\"members\":[],\"joins\":false}");
    assertThat(
            pods.admitMember(
                POD,
                new MemberAdmission(
                    "g", List.of("d", "e"), "e", new FormedMember("f", "h:4570", "h:4569"))))
        .isEqualTo(new PodAnswer.Accepted());
    assertThat(asked)
        .isEqualTo(
            "PUT /admin/members {\"group\":\"g\",\"members\":[\"d\",\"e\"],\"lost\":\"e\","
                + "\"added\":{\"disk\":\"f\",\"raft\":\"h:4570\",\"rpc\":\"h:4569\"}}");
    assertThat(
            pods.acceptLoss(
                POD, new AcceptedLoss("g", "d", List.of("d", "e"), List.of("e"), "go on")))
        .isEqualTo(new PodAnswer.Accepted());
    assertThat(asked)
        .isEqualTo(
            "PUT /admin/loss {\"group\":\"g\",\"disk\":\"d\",\"members\":[\"d\",\"e\"],"
                + "\"lost\":[\"e\"],\"request\":\"go on\"}");
    assertThat(
            pods.assign(
                POD, new PodAssignment(List.of(new AssignedStream("s", 24, "none", List.of())))))
        .isEqualTo(new PodAnswer.Accepted());
    assertThat(asked)
        .isEqualTo(
            "PUT /admin/assignment"
                + " {\"streams\":[{\"streamId\":\"s\",\"retentionPeriodHours\":24,\"limits\":\"none\",\"shards\":[]}]}");

    assertThat(
            pods.admitMember(
                POD,
                new MemberAdmission(
                    "g", List.of("d"), null, new FormedMember("f", "h:4570", "h:4569"))))
        .isEqualTo(new PodAnswer.Accepted());
    assertThat(asked)
        .as("nothing that an earlier build may not know")
        .isEqualTo(
            "PUT /admin/members {\"group\":\"g\",\"members\":[\"d\"],"
                + "\"added\":{\"disk\":\"f\",\"raft\":\"h:4570\",\"rpc\":\"h:4569\"}}");

    status = 409;
    answer = "the disk\n is another\n";
    assertThat(pods.formGroup(POD, new GroupFormation("d", "g")))
        .isEqualTo(new PodAnswer.NotAccepted("409 the disk is another"));
    server.stop(0);
    assertThat(pods.formGroup(POD, new GroupFormation("d", "g")))
        .isInstanceOf(PodAnswer.NotAccepted.class);
  }
}
