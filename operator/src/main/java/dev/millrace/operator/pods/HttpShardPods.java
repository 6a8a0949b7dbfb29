// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupPorts;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Talks to shard pods over HTTPS at their IP addresses: the DNS name of a pod that was just
 * replaced may still resolve to the old address. Who is no pod of the namespace is not listened to.
 */
public final class HttpShardPods implements ShardPods, AutoCloseable {
  /** A running pod of the same cluster accepts connections at once. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  /** Forming a group and opening shards end with an fsync, which takes time on a busy disk. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

  /** Maximum length of the error text that is passed on. */
  private static final int MOST_REASON_CHARACTERS = 200;

  /**
   * Most bytes of a report: 10,000 shards of 300 bytes and {@link PodReport#MOST_SUBSCRIPTIONS} of
   * 400, four times. A pod that sends more has no report, and does not take the operator's memory.
   */
  private static final int MOST_REPORT_BYTES = 16 << 20;

  /** Most bytes of another answer, which is empty or a reason. */
  private static final int MOST_ANSWER_BYTES = 64 << 10;

  private static final int OK = 200;
  private static final int NO_CONTENT = 204;

  /**
   * A newer data plane may report more than this operator knows. An older one is told nothing by
   * fields that are null and new to it.
   */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

  private final int port;
  private final Supplier<SSLContext> tls;
  private @Nullable Client client;

  /**
   * Connections.
   *
   * @param by what they were made with
   */
  private record Client(SSLContext by, HttpClient http) {}

  /**
   * A new client.
   *
   * @param port of the internal RPC of the pods' members of the first group
   * @param tls what calls are made with now; may fail with an {@link IllegalStateException} or with
   *     one of the API server
   */
  public HttpShardPods(int port, Supplier<SSLContext> tls) {
    this.port = port;
    this.tls = tls;
  }

  /** Calls that were begun with an earlier certificate end with it. */
  private synchronized HttpClient client() {
    SSLContext by = tls.get();
    if (client == null || !client.by().equals(by)) {
      if (client != null) {
        client.http().shutdown();
      }
      client =
          new Client(
              by,
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1)
                  .connectTimeout(CONNECT_TIMEOUT)
                  .sslContext(by)
                  .build());
    }
    return client.http();
  }

  /**
   * Makes a call.
   *
   * @throws IOException also if who answers is no pod of the namespace
   */
  private <T> HttpResponse<T> send(
      PodAddress pod, HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    HttpResponse<T> response = client().send(request, body);
    if (!PodTrust.isOf(pod.namespace(), response.sslSession())) {
      throw new IOException("who answers at %s is no pod of its namespace".formatted(pod.ip()));
    }
    return response;
  }

  @Override
  public Optional<PodReport> report(PodAddress pod) {
    if (pod.ip().isEmpty()) {
      return Optional.empty();
    }
    try {
      HttpResponse<byte[]> response =
          send(
              pod,
              request(pod, pod.ip().get(), "/admin/report").GET().build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_REPORT_BYTES));
      return response.statusCode() == OK ? Optional.of(read(response.body())) : Optional.empty();
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      // The pod is starting, stopping, unreachable or not ours. In each case there is no report,
      // and
      // the planner decides what follows.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * Reads a report.
   *
   * @throws IOException if it is none
   */
  static PodReport read(byte[] json) throws IOException {
    PodReport report = JSON.readValue(json, PodReport.class);
    if (report == null) {
      throw new IOException("a report was expected, found null");
    }
    return report;
  }

  @Override
  public PodAnswer formGroup(PodAddress pod, GroupFormation formation) {
    return send(pod, "PUT", "/admin/group", formation);
  }

  @Override
  public PodAnswer admitMember(PodAddress leader, MemberAdmission admission) {
    return send(leader, "PUT", "/admin/members", admission);
  }

  @Override
  public PodAnswer moveLeader(PodAddress leader, LeaderMove move) {
    return send(leader, "PUT", "/admin/leader", move);
  }

  @Override
  public PodAnswer assign(PodAddress pod, PodAssignment assignment) {
    return send(pod, "PUT", "/admin/assignment", assignment);
  }

  @Override
  public PodAnswer publish(PodAddress pod, StreamPublication publication) {
    return send(pod, "PUT", "/admin/publication", publication);
  }

  @Override
  public PodAnswer acceptLoss(PodAddress pod, AcceptedLoss loss) {
    return send(pod, "PUT", "/admin/loss", loss);
  }

  @Override
  public PodAnswer reshard(PodAddress pod, ReshardStep step) {
    return send(pod, "POST", "/admin/reshard", step);
  }

  private PodAnswer send(PodAddress pod, String method, String path, Object document) {
    if (pod.ip().isEmpty()) {
      return new PodAnswer.NotAccepted("it has no address");
    }
    try {
      HttpResponse<String> response =
          send(
              pod,
              request(pod, pod.ip().get(), path)
                  .header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(document)))
                  .build(),
              BodyHandlers.limiting(BodyHandlers.ofString(), MOST_ANSWER_BYTES));
      return response.statusCode() == NO_CONTENT || response.statusCode() == OK
          ? new PodAnswer.Accepted()
          : new PodAnswer.NotAccepted(response.statusCode() + " " + shortened(response.body()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document of ours has no JSON", e);
    } catch (IOException | IllegalStateException e) {
      return new PodAnswer.NotAccepted(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new PodAnswer.NotAccepted("the operator is stopping");
    }
  }

  private HttpRequest.Builder request(PodAddress pod, String ip, String path) {
    String host = ip.indexOf(':') < 0 ? ip : "[" + ip + "]";
    return HttpRequest.newBuilder(
            URI.create("https://" + host + ":" + GroupPorts.of(port, pod.group()) + path))
        .timeout(REQUEST_TIMEOUT);
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.substring(0, Math.min(line.length(), MOST_REASON_CHARACTERS));
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.http().shutdownNow();
    }
  }
}
