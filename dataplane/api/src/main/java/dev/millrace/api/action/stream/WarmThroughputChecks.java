// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.port.AccountStore;
import java.time.InstantSource;

/**
 * Checks shared by the actions that set a warm throughput.
 *
 * @param account determines whether the account has a commitment
 * @param clock determines whether the commitment is still in force
 */
public record WarmThroughputChecks(AccountStore account, InstantSource clock) {

  /** Returns the value, unless the throughput may not be set. */
  public <T> Checked<T> check(int wantedMiBps, T value) {
    if (!account.read().isCommitted(clock.instant())) {
      return Checked.bad(
          KinesisError.validation(
              "Warm throughput needs the account's minimum throughput billing commitment to be ENABLED."));
    }
    return wantedMiBps > ServiceLimits.WARM_THROUGHPUT_MIBPS
        ? Checked.bad(
            KinesisError.limitExceeded(
                "Warm throughput of %d MiB/s exceeds the limit of %d MiB/s."
                    .formatted(wantedMiBps, ServiceLimits.WARM_THROUGHPUT_MIBPS)))
        : Checked.good(value);
  }
}
