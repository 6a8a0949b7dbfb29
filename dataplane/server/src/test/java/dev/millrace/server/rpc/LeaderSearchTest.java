// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.server.TestingVertx;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls find the member that leads, whatever the others do. */
@Timeout(60)
class LeaderSearchTest {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final String LEADS = "leads";
  private static final String FOLLOWS = "follows";
  private static final String FROZEN = "frozen";

  private final TestingVertx testingVertx = new TestingVertx();
  private final Vertx vertx = testingVertx.vertx();
  private final PodCalls calls = new PodCalls(vertx, 1, Optional.empty());
  private final LeaderSearch search = new LeaderSearch(calls);

  /** What each member does; it changes during a test. */
  private final List<String> roles = new CopyOnWriteArrayList<>(List.of(LEADS, FOLLOWS, FOLLOWS));

  /** The members that were called, in order. */
  private final List<Integer> called = new CopyOnWriteArrayList<>();

  private final List<String> addresses = new ArrayList<>();

  @BeforeEach
  void listen() {
    for (int member = 0; member < roles.size(); member++) {
      addresses.add("127.0.0.1:" + listen(member));
    }
  }

  private int listen(int member) {
    return vertx
        .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
        .requestHandler(
            request -> {
              called.add(member);
              if (!roles.get(member).equals(FROZEN)) {
                request.response().end(roles.get(member));
              }
            })
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .actualPort();
  }

  @AfterEach
  void close() {
    calls.close();
    testingVertx.close();
  }

  private String call() {
    called.clear();
    return search
        .call(
            "a call",
            addresses,
            "/",
            ByteBuffer.allocate(1),
            TIMEOUT_MILLIS,
            LeaderSearchTest::decode)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static String decode(ByteBuffer answer) {
    String role = StandardCharsets.UTF_8.decode(answer).toString();
    if (role.equals(FOLLOWS)) {
      throw new LogRefusedException(Reason.NOT_LEADER, "it follows", null);
    }
    return role;
  }

  @Test
  void theLeaderIsFoundAndRemembered() {
    roles.set(0, FOLLOWS);
    roles.set(2, LEADS);
    assertThat(call()).isEqualTo(LEADS);
    assertThat(called).containsExactly(0, 1, 2);
    assertThat(call()).isEqualTo(LEADS);
    assertThat(called).containsExactly(2);
  }

  @Test
  void aLeaderThatFreezesIsAskedLastFromThenOn() {
    assertThat(call()).isEqualTo(LEADS);
    roles.set(0, FROZEN);
    roles.set(2, LEADS);
    assertThatThrownBy(this::call)
        .isInstanceOfSatisfying(
            CompletionException.class,
            failure ->
                assertThat(CompletionFailures.cause(failure))
                    .isInstanceOfSatisfying(
                        LogRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME)));
    assertThat(called).containsExactly(0);
    assertThat(call()).isEqualTo(LEADS);
    assertThat(called).containsExactly(1, 2);
    assertThat(call()).isEqualTo(LEADS);
    assertThat(called).containsExactly(2);
  }

  @Test
  void theOnlyMemberIsAskedAgain() {
    roles.set(0, FROZEN);
    addresses.subList(1, addresses.size()).clear();
    assertThatThrownBy(this::call).isInstanceOf(CompletionException.class);
    roles.set(0, LEADS);
    assertThat(call()).isEqualTo(LEADS);
  }
}
