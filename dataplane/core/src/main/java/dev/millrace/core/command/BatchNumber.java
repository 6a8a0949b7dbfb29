// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/**
 * Identifies a batch of records, so that a shard recognises a retry. A writer opens a session on a
 * shard and numbers the batches that it sends there.
 *
 * @param session the session's id, chosen by the shard's leader when it was opened: at least 1; 0
 *     in {@link #NONE}
 * @param number the batch's number within the session, from 1
 * @param settled the writer knows the result of every batch up to this number and retries none of
 *     them: 0 .. number - 1
 */
public record BatchNumber(long session, long number, long settled) {
  /** A batch that is never retried. */
  public static final BatchNumber NONE = new BatchNumber(0, 0, 0);

  public BatchNumber {
    boolean none = session == 0 && number == 0 && settled == 0;
    if (!none && (session < 1 || settled < 0 || settled >= number)) {
      throw new IllegalArgumentException(
          "batch %d of session %d with %d settled: expected a session of at least 1 and 0 <= settled < number"
              .formatted(number, session, settled));
    }
  }

  /** Whether the batch belongs to a session. */
  public boolean isNumbered() {
    return session != 0;
  }
}
