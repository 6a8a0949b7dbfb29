package dev.millrace.core.stream;

/** Where a stream is in its life. {@code UPDATING} comes with resharding. */
public enum StreamStatus {
  CREATING,
  ACTIVE,
  UPDATING,
  DELETING
}
