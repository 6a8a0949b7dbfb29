// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.config;

import java.nio.file.Path;
import java.util.Optional;

/** Where the audit goes. */
public sealed interface AuditTarget {
  /** Nowhere: calls are not recorded. */
  record NoAudit() implements AuditTarget {}

  /** Standard output. */
  record AuditToStdout() implements AuditTarget {}

  /**
   * A file.
   *
   * @param path absolute, or relative to the folder in which the process was started
   */
  record AuditToFile(Path path) implements AuditTarget {}

  /** The target for a setting, if it is one of {@code off}, {@code stdout} and a file. */
  static Optional<AuditTarget> parse(String text) {
    if (text.equals("off")) {
      return Optional.of(new NoAudit());
    }
    if (text.equals("stdout")) {
      return Optional.of(new AuditToStdout());
    }
    String path = text.startsWith("file:") ? text.substring("file:".length()) : text;
    return !path.isEmpty() && (path.startsWith("/") || text.startsWith("file:"))
        ? Optional.of(new AuditToFile(Path.of(path)))
        : Optional.empty();
  }
}
