// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

/** What a process has of its pod. Whatever it asks for does not happen once the process ended. */
interface MemberHost {
  void send(RaftMessage message);

  void later(int millis, Runnable task);

  /** Fsyncs the log. */
  void sync(Runnable done);
}
