// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** Whether an account has a commitment to a minimum throughput. */
public enum CommitmentStatus {
  DISABLED,
  ENABLED,
  ENABLED_UNTIL_EARLIEST_ALLOWED_END
}
