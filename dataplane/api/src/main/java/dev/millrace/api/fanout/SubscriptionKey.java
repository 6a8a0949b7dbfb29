// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

/** What at most one subscription may have at a time: a consumer on a shard. */
record SubscriptionKey(String consumerArn, String shardId) {}
