package dev.millrace.core.stream;

/** Where a consumer is in its life. */
public enum ConsumerStatus {
  CREATING,
  ACTIVE,
  DELETING
}
