// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.PodReport.ShardSubscription;
import dev.millrace.server.TestingVertx;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators hear of what changes by itself, of nothing else, and in the end. */
class OperatorNoticesTest {
  private static final int PATIENCE_SECONDS = 30;
  private static final String STREAM = "123456789abcdef0";
  private static final String SHARD = "shardId-000000000000";
  private static final ShardSubscription READING =
      new ShardSubscription(STREAM, SHARD, "billing", 5, true, 0);

  private final TestingVertx testingVertx = new TestingVertx();
  private final Vertx vertx = testingVertx.vertx();
  private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  private final Semaphore looks = new Semaphore(0);
  private volatile int status = 204;
  private volatile PodReport report = report(true, shard(1, null, false));
  private @Nullable OperatorNotices running;

  private static PodReport report(
      boolean hasRoom, HostedShard shard, ShardSubscription... subscriptions) {
    return new PodReport(
        "disk",
        "group",
        true,
        1,
        null,
        null,
        null,
        hasRoom,
        null,
        null,
        List.of(shard),
        List.of(subscriptions));
  }

  private static HostedShard shard(long position, @Nullable Long closeSecond, boolean empty) {
    return new HostedShard(STREAM, SHARD, position, 1, closeSecond, empty);
  }

  @BeforeEach
  void start() throws Exception {
    HttpServer operator =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  // The test may change it as soon as it sees the notice.
                  int answer = status;
                  notices.add(request.method() + " " + request.path());
                  request.response().setStatusCode(answer).end();
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    running =
        new OperatorNotices(
            vertx,
            URI.create("http://127.0.0.1:" + operator.actualPort() + "/notices/team/orders"),
            () -> {
              looks.release();
              return List.of(report);
            });
  }

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
    testingVertx.close();
  }

  private void awaitNotice() throws InterruptedException {
    assertThat(notices.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("POST /notices/team/orders");
  }

  /** Two more looks: the first may have begun before. */
  private void assertNothingIsTold() throws InterruptedException {
    looks.drainPermits();
    assertThat(looks.tryAcquire(3, PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(notices).isEmpty();
  }

  @Test
  void operatorsHearOfWhatChangesByItself() throws InterruptedException {
    awaitNotice();
    report = report(true, shard(1_000, null, true));
    assertNothingIsTold();
    report = report(false, shard(1_000, null, true));
    awaitNotice();
    report = report(true, shard(1_000, 7L, false));
    awaitNotice();
    report = report(true, shard(1_000, 7L, true));
    awaitNotice();
    assertNothingIsTold();
  }

  @Test
  void operatorsHearWhenAConsumerComesGoesOrFallsBehind() throws InterruptedException {
    awaitNotice();
    report = report(true, shard(1, null, false), READING);
    awaitNotice();
    report = report(true, shard(1, null, false), reading(true, 9_999));
    assertNothingIsTold();
    report = report(true, shard(1, null, false), reading(true, 10_000));
    awaitNotice();
    report = report(true, shard(1, null, false), reading(false, 10_001));
    awaitNotice();
    assertNothingIsTold();
  }

  private static ShardSubscription reading(boolean active, long lagMillis) {
    return new ShardSubscription(STREAM, SHARD, "billing", 5, active, lagMillis);
  }

  @Test
  void aNoticeThatIsNotTakenIsRepeated() throws InterruptedException {
    status = 503;
    awaitNotice();
    awaitNotice();
    status = 204;
    awaitNotice();
    assertNothingIsTold();
  }
}
