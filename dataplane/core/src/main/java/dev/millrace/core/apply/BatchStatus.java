// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

/** What a shard knows of a batch before it appends it. */
public sealed interface BatchStatus {
  /** It was certainly never appended. */
  record New() implements BatchStatus {}

  /** It was appended. */
  record Recorded(AppendedBatch batch) implements BatchStatus {}

  /** It may have been appended and forgotten. */
  record Forgotten() implements BatchStatus {}
}
