// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.session;

/** Runs a task after a delay. Tests control the time. */
@FunctionalInterface
public interface TaskTimer {

  /**
   * Runs a task once.
   *
   * @param millis the delay from now
   */
  void run(long millis, Runnable task);
}
