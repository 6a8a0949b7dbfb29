// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** What decides a record's shard: its partition key, or the service (streams in on-demand mode). */
public enum RecordDistribution {
  USER_PARTITION_KEY,
  AUTO
}
