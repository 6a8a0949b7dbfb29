// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamMode;

/** Checks shared by the actions that set the record distribution. */
final class RecordDistributionChecks {
  private RecordDistributionChecks() {}

  /** Returns the value, unless the distribution requires another mode. */
  static <T> Checked<T> check(RecordDistribution wanted, StreamMode mode, T value) {
    return wanted == RecordDistribution.AUTO && mode != StreamMode.ON_DEMAND
        ? Checked.bad(
            KinesisError.invalidArgument(
                "RecordDistributionStrategy AUTO is only for streams in mode ON_DEMAND."))
        : Checked.good(value);
  }
}
