// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All items are worked on, never more than allowed at a time. */
class BoundedConcurrencyTest {
  private final List<CompletableFuture<Void>> begun = new ArrayList<>();

  private CompletableFuture<Void> begin(int thing) {
    CompletableFuture<Void> stage = new CompletableFuture<>();
    begun.add(stage);
    return stage;
  }

  private CompletableFuture<Void> all(int things, int most) {
    return BoundedConcurrency.forEach(
            IntStream.range(0, things).boxed().toList(), most, this::begin)
        .toCompletableFuture();
  }

  @Test
  void noMoreAreUnderWayThanAllowed() {
    CompletableFuture<Void> done = all(10, 3);
    assertThat(begun).hasSize(3);
    for (int i = 0; i < 10; i++) {
      assertThat(done).isNotDone();
      begun.get(i).complete(null);
      assertThat(begun).hasSize(Math.min(10, i + 4));
    }
    assertThat(done).isCompleted();
  }

  @Test
  void oneThatFailsKeepsNoOtherFromBeingDoneAndIsTold() {
    CompletableFuture<Void> done = all(3, 1);
    begun.get(0).completeExceptionally(new IllegalStateException("first"));
    begun.get(1).completeExceptionally(new IllegalStateException("second"));
    assertThat(done).isNotDone();
    begun.get(2).complete(null);
    assertThat(done).isCompletedExceptionally();
    assertThat(done.exceptionNow()).hasMessage("first");
  }

  @Test
  void nothingToDoIsDone() {
    assertThat(all(0, 3)).isCompleted();
  }

  @Test
  void whatIsDoneAtOnceDoesNotDeepenTheStack() {
    assertThat(
            BoundedConcurrency.forEach(
                    IntStream.range(0, 100_000).boxed().toList(),
                    3,
                    thing -> CompletableFuture.completedStage(thing))
                .toCompletableFuture())
        .isCompleted();
  }
}
