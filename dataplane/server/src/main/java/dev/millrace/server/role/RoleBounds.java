// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.time.Duration;

/** Bounds that several roles share. */
final class RoleBounds {
  /** Platform threads that read from the store or decode what another process read. */
  static final int READ_THREADS = 2;

  /** Reads that wait for one of them; more are rejected. */
  static final int WAITING_READS = 1024;

  /** Calls to the keeper of the master keys that are made at a time. */
  static final int KEY_CALLS = 8;

  /** Calls to it that wait; more are rejected. */
  static final int WAITING_KEY_CALLS = 1024;

  /** Request bodies that the ports of a process hold at a time, in bytes. */
  static final long BODY_BYTES = 96L << 20;

  /** Between two checks of what is past retention, in milliseconds. */
  static final long RETENTION_INTERVAL_MILLIS = 30_000;

  /** Between two looks at files that are mounted from Secrets, in milliseconds. */
  static final long MOUNTED_FILES_INTERVAL_MILLIS = 10_000;

  /** Between two looks at whether the group is led here, in milliseconds. */
  static final long LEADERSHIP_INTERVAL_MILLIS = 1_000;

  /** An fsync that takes longer is worth an election: about what a leader that died costs. */
  static final Duration STUCK_FSYNC = Duration.ofSeconds(3);

  /** After which it is logged that a disk still takes over what the others of its group have. */
  static final Duration JOIN = Duration.ofHours(1);

  /** After a loss was accepted, until the process ends: the answer has left by then. */
  static final long ACCEPTED_LOSS_MILLIS = 500;

  private RoleBounds() {}
}
