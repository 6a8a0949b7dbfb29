// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.stream.ShardRef;

/**
 * Records on their way to a shard.
 *
 * @param number of the batch in its writer's session
 * @param retry whether the batch was sent before: then the limits have counted it
 */
public record NumberedBatch(
    ShardRef shard, BatchNumber number, boolean retry, RecordBatch records) {}
