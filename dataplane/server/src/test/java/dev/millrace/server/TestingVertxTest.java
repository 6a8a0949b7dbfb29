// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A test whose handler blocks an event loop fails, and the failure shows the handler. */
class TestingVertxTest {
  private static final long TIMEOUT_SECONDS = 60;

  @Test
  void aHandlerThatBlocksAnEventLoopFailsTheTest() {
    TestingVertx testing = new TestingVertx();
    testing.vertx().runOnContext(event -> block(testing));
    await(testing.blocked());
    Throwable failure = catchThrowable(testing::close);
    assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("eventloop");
    assertThat(failure.getStackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("block");
  }

  private static void block(TestingVertx testing) {
    testing.blocked().join();
  }

  @Test
  void handlersThatReturnPass() {
    TestingVertx testing = new TestingVertx();
    CompletableFuture<String> handled = new CompletableFuture<>();
    testing.vertx().runOnContext(event -> handled.complete(Thread.currentThread().getName()));
    assertThat(await(handled)).contains("eventloop");
    assertThatCode(testing::close).doesNotThrowAnyException();
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }
}
