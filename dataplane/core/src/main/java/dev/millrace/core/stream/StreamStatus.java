package dev.millrace.core.stream;

/** Where a stream is in its life. {@code UPDATING}: its shape is being changed. */
public enum StreamStatus {
  CREATING,
  ACTIVE,
  UPDATING,
  DELETING
}
