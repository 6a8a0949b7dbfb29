// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;

/** Checks the bounds of retention periods. */
final class RetentionPeriodChecks {
  private RetentionPeriodChecks() {}

  /** Returns the value, unless the period is outside the service's bounds. */
  static <T> Checked<T> check(int hours, T value) {
    if (hours < ServiceLimits.RETENTION_HOURS_LEAST) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "Minimum allowed retention period is %d hours. Requested retention period (%d hours) is too short."
                  .formatted(ServiceLimits.RETENTION_HOURS_LEAST, hours)));
    }
    return hours > ServiceLimits.RETENTION_HOURS_MOST
        ? Checked.bad(
            KinesisError.invalidArgument(
                "Maximum allowed retention period is %d hours. Requested retention period (%d hours) is too long."
                    .formatted(ServiceLimits.RETENTION_HOURS_MOST, hours)))
        : Checked.good(value);
  }
}
