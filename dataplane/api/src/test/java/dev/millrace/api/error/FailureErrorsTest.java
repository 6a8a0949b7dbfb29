// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A client retries what a retry may help, and nothing else. */
class FailureErrorsTest {
  @Test
  void whatOthersDecideIsSaidAndNotRetried() {
    KinesisError error =
        FailureErrors.error(
            new CompletionException(
                new LogRefusedException(
                    Reason.NOT_ALLOWED, "spec.shardCount of KinesisStream s is owned by x", null)));
    assertThat(error)
        .isEqualTo(
            KinesisError.invalidArgument("spec.shardCount of KinesisStream s is owned by x"));
    assertThat(error.name().status()).isEqualTo(400);
  }
}
