// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import org.jspecify.annotations.Nullable;

/** A command that the log or its leader rejected, or whose outcome is unknown. */
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
    /**
     * There is no such master key, so records cannot be encrypted or decrypted; certainly not
     * applied.
     */
    KEY_NOT_FOUND,
    /** The keeper of the master key does not let this process use it; certainly not applied. */
    KEY_DENIED,
    /** The master key is disabled; certainly not applied. */
    KEY_DISABLED,
    /**
     * The master key cannot be used as it is: it is no key for this purpose, or not the one that
     * wrapped this data key; certainly not applied.
     */
    KEY_INVALID,
    /**
     * The keeper of the master key cannot be reached, or has too much to do; certainly not applied,
     * and worth a retry.
     */
    KEY_UNREACHABLE,
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
