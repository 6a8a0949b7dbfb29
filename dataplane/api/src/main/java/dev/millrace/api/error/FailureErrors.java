// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.error;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.LogRefusedException;

/** Converts the failures of stages to errors for clients. */
public final class FailureErrors {
  private FailureErrors() {}

  /**
   * The error for a failure: InvalidArgumentException if a retry would not help, one of KMS if a
   * master key cannot be used, ServiceUnavailable if the request certainly had no effect, otherwise
   * InternalFailure. Clients retry the last two.
   */
  public static KinesisError error(Throwable failure) {
    if (CompletionFailures.cause(failure) instanceof LogRefusedException refused) {
      return switch (refused.reason()) {
        case QUEUE_FULL, DISK_FULL, CLOCK_JUMPED, NOT_LEADER, MEMBER_OUTDATED ->
            KinesisError.unavailable(
                "The request was not carried out and may be retried: " + refused.getMessage());
        case TOO_LARGE, NOT_ALLOWED ->
            KinesisError.invalidArgument(String.valueOf(refused.getMessage()));
        case KEY_NOT_FOUND -> key(KinesisError.Name.KMS_NOT_FOUND, refused);
        case KEY_DENIED -> key(KinesisError.Name.KMS_ACCESS_DENIED, refused);
        case KEY_DISABLED -> key(KinesisError.Name.KMS_DISABLED, refused);
        case KEY_INVALID -> key(KinesisError.Name.KMS_INVALID_STATE, refused);
        // The only one of them that says that it may pass.
        case KEY_UNREACHABLE -> key(KinesisError.Name.KMS_THROTTLING, refused);
        case MALFORMED, UNKNOWN_OUTCOME -> internalFailure();
      };
    }
    return internalFailure();
  }

  private static KinesisError key(KinesisError.Name name, LogRefusedException refused) {
    return new KinesisError(name, Excerpt.of(String.valueOf(refused.getMessage())));
  }

  /** Whether a failure is about a master key, so that the client has to learn of it. */
  public static boolean isAboutKey(Throwable failure) {
    return CompletionFailures.cause(failure) instanceof LogRefusedException refused
        && switch (refused.reason()) {
          case KEY_NOT_FOUND, KEY_DENIED, KEY_DISABLED, KEY_INVALID, KEY_UNREACHABLE -> true;
          case QUEUE_FULL,
              DISK_FULL,
              CLOCK_JUMPED,
              NOT_LEADER,
              MEMBER_OUTDATED,
              TOO_LARGE,
              NOT_ALLOWED,
              MALFORMED,
              UNKNOWN_OUTCOME ->
              false;
        };
  }

  /** The service's InternalFailure. */
  public static KinesisError internalFailure() {
    return new KinesisError(KinesisError.Name.INTERNAL_FAILURE, "Internal Service Failure");
  }
}
