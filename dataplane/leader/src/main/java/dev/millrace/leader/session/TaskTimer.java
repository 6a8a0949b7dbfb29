// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

/** Does something after a while; a test decides when that is. */
@FunctionalInterface
public interface TaskTimer {

  /**
   * Runs a task once.
   *
   * @param millis how long from now
   */
  void run(long millis, Runnable task);
}
