package dev.millrace.core.stream;

/** How a stream's capacity is decided: by its owner, or by the service. */
public enum StreamMode {
  PROVISIONED,
  ON_DEMAND
}
