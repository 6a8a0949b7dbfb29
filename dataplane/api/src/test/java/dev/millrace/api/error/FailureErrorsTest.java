// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  @ParameterizedTest
  @CsvSource({
    "KEY_NOT_FOUND, KMSNotFoundException",
    "KEY_DENIED, KMSAccessDeniedException",
    "KEY_DISABLED, KMSDisabledException",
    "KEY_INVALID, KMSInvalidStateException",
    "KEY_UNREACHABLE, KMSThrottlingException"
  })
  void aMasterKeyThatCannotBeUsedIsAnErrorOfKmsThatSaysWhy(Reason reason, String name) {
    LogRefusedException refused =
        new LogRefusedException(reason, "master key orders is lost", null);
    KinesisError error = FailureErrors.error(new CompletionException(refused));
    assertThat(error.name().text()).isEqualTo(name);
    assertThat(error.name().status()).isEqualTo(400);
    assertThat(error.message()).isEqualTo("master key orders is lost");
    assertThat(FailureErrors.isAboutKey(new CompletionException(refused))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"KEY_NOT_FOUND", "KEY_DENIED", "KEY_DISABLED", "KEY_INVALID", "KEY_UNREACHABLE"})
  void otherRefusalsAreNotAboutKeys(Reason reason) {
    LogRefusedException refused = new LogRefusedException(reason, "for another reason", null);
    assertThat(FailureErrors.isAboutKey(refused)).isFalse();
    assertThat(FailureErrors.error(refused).name().text()).doesNotStartWith("KMS");
  }
}
