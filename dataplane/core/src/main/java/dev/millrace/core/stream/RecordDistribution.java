package dev.millrace.core.stream;

/** Who chooses a record's shard: its partition key, or the service (streams in on-demand mode). */
public enum RecordDistribution {
  USER_PARTITION_KEY,
  AUTO
}
