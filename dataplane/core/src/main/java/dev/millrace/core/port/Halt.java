// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

/**
 * Stops the process at once, without running shutdown hooks, after a failure where continuing could
 * lose or invent a record (a failed fsync, an entry that cannot be applied). Committed entries are
 * recovered at the next start. Tests pass an implementation that records the call.
 */
@FunctionalInterface
public interface Halt {

  /**
   * @param why one line: what failed, with ids and numbers
   * @param cause what was thrown
   */
  void halt(String why, Throwable cause);
}
