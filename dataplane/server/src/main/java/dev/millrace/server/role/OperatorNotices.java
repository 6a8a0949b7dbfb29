// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.report.PodReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the operators that a report of the pod has something new, so that they need not ask. A
 * notice has no content and no authority: the operator that acts asks the pod for its reports, at
 * the address that it knows from the API server.
 *
 * <p>All addresses of the operators are told, since a pod does not know which of them acts. A
 * notice that one of them did not take is repeated after a pause that doubles up to a minute.
 */
final class OperatorNotices implements AutoCloseable {
  /** Between two looks at the reports, in milliseconds. */
  static final long INTERVAL_MILLIS = 1_000;

  /** The longest pause after a failure, in looks at the reports. */
  static final int LONGEST_PAUSE = 60;

  /** For an operator to take a notice, and for a connection to it, in milliseconds. */
  private static final int TIMEOUT_MILLIS = 2_000;

  private static final int FIRST_SERVER_ERROR = 500;
  private static final Logger LOG = Logger.getLogger(OperatorNotices.class);

  private final HttpClient client;
  private final URI to;
  private final Supplier<List<PodReport>> reports;
  private final PeriodicTask task;

  // Written by one turn after the other.
  private @Nullable List<NoticedState> told;
  private int failures;
  private int pause;

  /**
   * Begins to look.
   *
   * @param to {@code http://HOST:PORT/PATH}; HOST may have several addresses
   * @param reports of the groups, which are looked at; must not block
   */
  OperatorNotices(Vertx vertx, URI to, Supplier<List<PodReport>> reports) {
    this.client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(TIMEOUT_MILLIS));
    this.to = to;
    this.reports = reports;
    this.task = new PeriodicTask(vertx, INTERVAL_MILLIS, "a notice to the operator", this::look);
  }

  private CompletionStage<Void> look() {
    if (pause > 0) {
      pause--;
      return CompletableFuture.completedStage(null);
    }
    List<NoticedState> now = reports.get().stream().map(NoticedState::of).toList();
    if (now.equals(told)) {
      return CompletableFuture.completedStage(null);
    }
    return tellAll()
        .onSuccess(done -> taken(now))
        .recover(
            failure -> {
              missed(failure);
              return Future.succeededFuture();
            })
        .<Void>mapEmpty()
        .toCompletionStage();
  }

  private void taken(List<NoticedState> now) {
    if (failures > 0) {
      LOG.info("the operator was told");
    }
    told = now;
    failures = 0;
  }

  private void missed(Throwable failure) {
    if (failures == 0) {
      LOG.warnf("the operator at %s is told later: %s", to, failure.toString());
    }
    pause = Math.min(1 << Math.min(failures, Integer.SIZE - 2), LONGEST_PAUSE);
    failures++;
  }

  /** Blocks for the names of the operators. */
  private Future<?> tellAll() {
    try {
      List<Future<Integer>> answers =
          Stream.of(InetAddress.getAllByName(to.getHost())).map(this::tell).toList();
      return Future.join(answers);
    } catch (UnknownHostException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Integer> tell(InetAddress operator) {
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(to.getPort(), operator.getHostAddress()))
            .setHost(to.getHost())
            .setPort(to.getPort())
            .setURI(to.getRawPath())
            .setTimeout(TIMEOUT_MILLIS);
    return client
        .request(request)
        .compose(opened -> opened.send())
        .map(answer -> answer.statusCode())
        .compose(
            status ->
                status < FIRST_SERVER_ERROR
                    ? Future.succeededFuture(status)
                    : Future.failedFuture("%s answered %d".formatted(operator, status)));
  }

  @Override
  public void close() {
    task.close();
    client.close();
  }
}
