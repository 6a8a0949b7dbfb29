// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.LogRefusedException;

/** Converts the failures of stages to errors for clients. */
public final class FailureErrors {
  private FailureErrors() {}

  /**
   * The error for a failure: InvalidArgumentException if a retry would not help, ServiceUnavailable
   * if the request certainly had no effect, otherwise InternalFailure. Clients retry the last two.
   */
  public static KinesisError error(Throwable failure) {
    if (CompletionFailures.cause(failure) instanceof LogRefusedException refused) {
      return switch (refused.reason()) {
        case QUEUE_FULL, DISK_FULL, CLOCK_JUMPED, NOT_LEADER, MEMBER_OUTDATED ->
            KinesisError.unavailable(
                "The request was not carried out and may be retried: " + refused.getMessage());
        case TOO_LARGE, NOT_ALLOWED ->
            KinesisError.invalidArgument(String.valueOf(refused.getMessage()));
        case MALFORMED, UNKNOWN_OUTCOME -> internalFailure();
      };
    }
    return internalFailure();
  }

  /** The service's InternalFailure. */
  public static KinesisError internalFailure() {
    return new KinesisError(KinesisError.Name.INTERNAL_FAILURE, "Internal Service Failure");
  }
}
