// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.port.AccountStore;
import java.time.InstantSource;

/**
 * What all calls that set a warm throughput check.
 *
 * @param account tells whether the account has committed itself
 * @param clock tells whether it still has
 */
public record WarmThroughputChecks(AccountStore account, InstantSource clock) {

  /** The value, unless the throughput may not be set. */
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
