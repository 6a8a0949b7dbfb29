// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;

/**
 * How far a consumer has read a shard.
 *
 * @param active whether it has a subscription now; otherwise this is where its last one ended
 * @param lagMillis how long ago the record arrived that it is sent next; 0 if it has been sent all
 */
public record SubscriptionState(
    ShardRef shard, ConsumerRef consumer, boolean active, long lagMillis) {}
