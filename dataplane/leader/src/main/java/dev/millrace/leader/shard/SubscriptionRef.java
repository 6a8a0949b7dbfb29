// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;

/**
 * Identifies a subscription at the leader of its shard.
 *
 * @param shard the shard
 * @param consumer who subscribed
 * @param id when it began, in epoch milliseconds of the leader's clock, raised where needed so that
 *     of two subscriptions of a consumer to a shard the later one has the greater id
 */
public record SubscriptionRef(ShardRef shard, ConsumerRef consumer, long id) {}
