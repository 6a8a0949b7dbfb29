// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

/**
 * A value of the wrong kind; {@link StructureShape#decode} turns it into {@link Decoded.Malformed}.
 */
final class MalformedValueException extends Exception {
  private final String text;

  /** For the service's text, or an empty one where the service gives none. */
  MalformedValueException(String text) {
    super(text, null, false, false);
    this.text = text;
  }

  String text() {
    return text;
  }
}
