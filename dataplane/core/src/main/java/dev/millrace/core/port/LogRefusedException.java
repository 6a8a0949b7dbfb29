// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import org.jspecify.annotations.Nullable;

/** A command that the log rejected, or whose outcome is unknown. */
public final class LogRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public enum Reason {
    /** The queue before the log is full; certainly not applied. */
    QUEUE_FULL,
    /** Too little space is left on the disk; certainly not applied. */
    DISK_FULL,
    /** The clock is not trusted, so that records cannot be stamped; certainly not applied. */
    CLOCK_JUMPED,
    /** The command is larger than an entry may be; certainly not applied. */
    TOO_LARGE,
    /**
     * The command is larger than an entry may be as long as a member of the group runs an earlier
     * build; certainly not applied.
     */
    MEMBER_OUTDATED,
    /** The command's own bytes contradict each other; certainly not applied. */
    MALFORMED,
    /**
     * The change concerns a part of the stream that others decide, or is not acceptable where the
     * stream is kept; the message says why. Certainly not applied, and a retry does not help.
     */
    NOT_ALLOWED,
    /** The log has no leader in this process, or is closing; certainly not applied. */
    NOT_LEADER,
    /** The command was submitted and no answer came; it may be applied, now or later. */
    UNKNOWN_OUTCOME
  }

  private final Reason reason;

  public LogRefusedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
