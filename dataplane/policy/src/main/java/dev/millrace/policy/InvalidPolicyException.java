// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.io.Serial;

/** Ends the parsing of a document; {@link PolicyParser} turns it into a value. */
final class InvalidPolicyException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  InvalidPolicyException(String message) {
    super(message, null, false, false);
  }

  /** {@code path: message}, the path being that of the element at fault. */
  static InvalidPolicyException at(String path, String message) {
    return new InvalidPolicyException(path + ": " + message);
  }
}
