// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

/** What a shard knows about a batch that is proposed to it. */
public sealed interface BatchStatus {
  /** It was never appended. */
  record New() implements BatchStatus {}

  /** It was appended, with this result. */
  record Recorded(AppendedBatch batch) implements BatchStatus {}

  /** It may have been appended; the shard no longer knows. */
  record Forgotten() implements BatchStatus {}
}
