// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.TestingShardStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The store is flushed beside the thread that applies, which waits only when too much is not
 * durable; a close waits for a bounded time.
 */
@Timeout(60)
class StoreFlusherTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private final TestingShardStore store = new TestingShardStore();
  private final TestingHalt halt = new TestingHalt();

  private void apply(StoreFlusher flusher, int bytes) {
    LogPosition next = new LogPosition(1, store.applied().index() + 1);
    store.apply(next, List.of(TestingCommands.tiny(next.index())));
    flusher.applied(bytes);
  }

  @Test
  void aHeldFlushDoesNotHoldUpTheThreadThatAppliesUntilTheUnflushedBytesAreTooMany() {
    RaftBounds bounds = new TestingBounds().flushBytes(100).unflushedBytes(1000).build();
    StoreFlusher flusher = new StoreFlusher(bounds, store, halt);
    CompletableFuture<Void> gate = store.closeFlushGate();
    for (int entry = 0; entry < 10; entry++) {
      apply(flusher, 100);
    }
    CompletableFuture<Void> over = CompletableFuture.runAsync(() -> apply(flusher, 100));
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    assertThat(over).isNotDone();
    gate.complete(null);
    over.join();
    assertThat(flusher.close(LONG)).isTrue();
    assertThat(store.durable()).isEqualTo(new LogPosition(1, 10));
    assertThat(halt.called()).isFalse();
  }

  @Test
  void aCloseDoesNotWaitForAFlushThatIsTooSlow() {
    StoreFlusher flusher = new StoreFlusher(TestingBounds.small(), store, halt);
    apply(flusher, 100);
    CompletableFuture<Void> gate = store.closeFlushGate();
    assertThat(flusher.close(Duration.ZERO)).isFalse();
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    gate.complete(null);
  }

  @Test
  void aCloseReleasesTheThreadThatAppliesFromASlowFlush() {
    RaftBounds bounds = new TestingBounds().flushBytes(100).unflushedBytes(100).build();
    StoreFlusher flusher = new StoreFlusher(bounds, store, halt);
    CompletableFuture<Void> gate = store.closeFlushGate();
    CompletableFuture<Void> over = CompletableFuture.runAsync(() -> apply(flusher, 200));
    assertThat(flusher.close(Duration.ZERO)).isFalse();
    over.join();
    gate.complete(null);
  }

  @Test
  void aFlushThatFailsHaltsAndReleasesTheThreadThatApplies() throws Exception {
    RaftBounds bounds = new TestingBounds().flushBytes(100).unflushedBytes(100).build();
    StoreFlusher flusher = new StoreFlusher(bounds, store, halt);
    store.rejectFlush();
    apply(flusher, 200);
    assertThat(halt.why()).contains("cannot be flushed");
    assertThat(store.durable()).isEqualTo(LogPosition.NONE);
    assertThat(flusher.close(LONG)).isFalse();
  }
}
