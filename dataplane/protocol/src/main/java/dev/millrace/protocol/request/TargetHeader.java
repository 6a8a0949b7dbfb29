// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.protocol.Operation;
import java.util.Optional;

/**
 * The parsed value of {@code X-Amz-Target}.
 *
 * @param service the part before the first dot; may be empty
 * @param operation the part between the first and the second dot; may be empty
 */
record TargetHeader(String service, String operation) {
  private static final String SERVICE = "Kinesis_20131202";

  static TargetHeader parse(String header) {
    String[] parts = header.split("\\.", -1);
    return new TargetHeader(parts[0], parts.length > 1 ? parts[1] : "");
  }

  /** Whether it names a service and an operation, known or not. */
  boolean isUsable() {
    return !service.isEmpty() && !operation.isEmpty();
  }

  boolean isOurService() {
    return service.equals(SERVICE);
  }

  /** The operation, if service and operation are those of Kinesis. */
  Optional<Operation> known() {
    return isOurService() ? Operation.named(operation) : Optional.empty();
  }
}
