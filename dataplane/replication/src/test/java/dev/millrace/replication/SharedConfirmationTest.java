// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Many ask with one question, and nobody is answered by a question that began before they asked.
 */
class SharedConfirmationTest {
  private final List<CompletableFuture<Void>> questions = new ArrayList<>();
  private final SharedConfirmation confirmation =
      new SharedConfirmation(
          () -> {
            CompletableFuture<Void> question = new CompletableFuture<>();
            questions.add(question);
            return question;
          });

  private CompletableFuture<Void> confirm() {
    return confirmation.confirm().toCompletableFuture();
  }

  @Test
  void whoComesWhileAQuestionIsUnderWayWaitsForTheNextOne() {
    CompletableFuture<Void> first = confirm();
    CompletableFuture<Void> second = confirm();
    CompletableFuture<Void> third = confirm();
    assertThat(questions).hasSize(1);
    questions.getFirst().complete(null);
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    assertThat(questions).hasSize(2);
    questions.get(1).complete(null);
    assertThat(second).isCompleted();
    assertThat(third).isCompleted();
    assertThat(questions).hasSize(2);
  }

  @Test
  void aFailureIsAnsweredAndTheNextQuestionIsAsked() {
    CompletableFuture<Void> first = confirm();
    CompletableFuture<Void> second = confirm();
    questions.getFirst().completeExceptionally(new IllegalStateException("deposed"));
    assertThat(first).isCompletedExceptionally();
    questions.get(1).complete(null);
    assertThat(second).isCompleted();
    CompletableFuture<Void> third = confirm();
    questions.get(2).complete(null);
    assertThat(third).isCompleted();
  }

  @Test
  void aQuestionThatCannotBeAskedIsAnsweredAndTheNextOneIsAsked() {
    boolean[] isBroken = {true};
    SharedConfirmation breaking =
        new SharedConfirmation(
            () -> {
              if (isBroken[0]) {
                throw new IllegalStateException("the group is closed");
              }
              return CompletableFuture.completedFuture(null);
            });
    assertThat(breaking.confirm().toCompletableFuture()).isCompletedExceptionally();
    isBroken[0] = false;
    assertThat(breaking.confirm().toCompletableFuture()).isCompleted();
  }
}
