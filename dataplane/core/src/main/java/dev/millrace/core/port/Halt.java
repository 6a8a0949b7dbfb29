// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

/**
 * Stops the process at once, without running anything more: for a failure after which going on
 * could lose or invent a record (a failed fsync, an entry that does not apply). What is committed
 * is found again at the next start. Tests hand in one that records the call.
 */
@FunctionalInterface
public interface Halt {

  /**
   * Stops.
   *
   * @param why one line: what failed, with ids and numbers
   * @param cause what was thrown
   */
  void halt(String why, Throwable cause);
}
