package dev.millrace.core.stream;

/** Whether there is a commitment. */
public enum CommitmentStatus {
  DISABLED,
  ENABLED,
  ENABLED_UNTIL_EARLIEST_ALLOWED_END
}
