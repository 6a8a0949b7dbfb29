// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the group whether this member still leads, once for all who want to know: one question is
 * under way, and whoever comes meanwhile waits for the next one, since an answer proves nothing
 * about what was acknowledged after its question began (Raft dissertation, section 6.4, where a
 * read index is shared by the reads of a batch).
 */
final class SharedConfirmation {
  /** For an answer; who asked then tries another member. */
  private static final long TIMEOUT_MILLIS = 2_000;

  private final Supplier<CompletableFuture<Void>> question;
  private @Nullable CompletableFuture<Void> running;
  private @Nullable CompletableFuture<Void> next;

  /**
   * A confirmation.
   *
   * @param question asks the group; completes exceptionally where this member does not lead
   */
  SharedConfirmation(Supplier<CompletableFuture<Void>> question) {
    this.question = question;
  }

  /** Completes with the answer to a question that begins after this call. */
  CompletionStage<Void> confirm() {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    synchronized (this) {
      if (running != null) {
        if (next == null) {
          next = answer;
        }
        return next;
      }
      running = answer;
    }
    ask(answer);
    return answer;
  }

  private static LogRefusedException refusal(Throwable failure) {
    return CompletionFailures.cause(failure) instanceof LogRefusedException refused
        ? refused
        : new LogRefusedException(
            Reason.NOT_LEADER, "this leader is not confirmed: " + failure, failure);
  }

  private CompletableFuture<Void> asked() {
    try {
      return question.get().orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ask(CompletableFuture<Void> answer) {
    asked()
        .whenComplete(
            (nothing, failure) -> {
              CompletableFuture<Void> following;
              synchronized (this) {
                following = next;
                running = next;
                next = null;
              }
              if (following != null) {
                ask(following);
              }
              if (failure == null) {
                answer.complete(null);
              } else {
                answer.completeExceptionally(refusal(failure));
              }
            });
  }
}
