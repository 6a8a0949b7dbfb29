package dev.millrace.api.fanout;

/** What at most one subscription may have at a time: a consumer on a shard. */
record SubscriptionKey(String consumerArn, String shardId) {}
