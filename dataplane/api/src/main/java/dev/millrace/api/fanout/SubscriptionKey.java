// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

/** A consumer and a shard, for which at most one subscription is active at a time. */
record SubscriptionKey(String consumerArn, String shardId) {}
