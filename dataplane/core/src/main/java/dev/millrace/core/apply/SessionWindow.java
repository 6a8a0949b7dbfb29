// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.BatchNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a shard remembers about one writer's session: the answers to the batches that the writer may
 * still retry.
 *
 * @param session the session's id
 * @param settled the shard appends no further batch up to this number
 * @param lastUsed the log index of the session's last append; the least recently used session is
 *     evicted first
 * @param answers of appended batches above {@code settled}
 */
public record SessionWindow(
    long session, long settled, long lastUsed, List<AppendedBatch> answers) {
  /**
   * Most answers in a window. A writer sends no batch whose number is more than this above its
   * settled number, and a leader rejects one that is; apply does not check it.
   */
  public static final int WIDTH = 256;

  public SessionWindow {
    answers = List.copyOf(answers);
  }

  /** The answer to an earlier batch, if it is still remembered. */
  Optional<AppendedBatch> answer(long number) {
    return answers.stream().filter(answer -> answer.number() == number).findFirst();
  }

  /** Whether a batch without an answer in this window was certainly never appended. */
  boolean covers(BatchNumber batch) {
    return batch.number() > Math.max(settled, batch.settled());
  }

  /** The window after a batch was appended. Answers that the writer has settled are removed. */
  SessionWindow withAnswer(BatchNumber batch, AppendedBatch answer, long index) {
    long nowSettled = Math.max(settled, batch.settled());
    List<AppendedBatch> kept = new ArrayList<>(answers.size() + 1);
    for (AppendedBatch earlier : answers) {
      if (earlier.number() > nowSettled) {
        kept.add(earlier);
      }
    }
    kept.add(answer);
    return new SessionWindow(session, nowSettled, index, kept);
  }
}
