package dev.millrace.protocol.request;

import dev.millrace.protocol.Operation;
import java.util.Optional;

/**
 * The value of {@code X-Amz-Target}, taken apart.
 *
 * @param service before the first dot; empty if there is none
 * @param operation behind it; empty if there is none
 */
record Target(String service, String operation) {
  private static final String SERVICE = "Kinesis_20131202";

  static Target parse(String header) {
    String[] parts = header.split("\\.", -1);
    return new Target(parts[0], parts.length > 1 ? parts[1] : "");
  }

  /** Whether it names some service and some operation. */
  boolean isUsable() {
    return !service.isEmpty() && !operation.isEmpty();
  }

  boolean isOurService() {
    return service.equals(SERVICE);
  }

  /** The operation, if both names are ours. */
  Optional<Operation> known() {
    return isOurService() ? Operation.named(operation) : Optional.empty();
  }
}
