// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.BatchNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a shard remembers of one writer's session: the answers to the batches that the writer may
 * still send again.
 *
 * @param session the session's name
 * @param settled batches up to this number are never appended any more
 * @param lastUsed the log index at which the session last appended; the one unused for longest
 *     makes room for a new one
 * @param answers of appended batches above {@code settled}
 */
public record SessionWindow(
    long session, long settled, long lastUsed, List<AppendedBatch> answers) {
  /**
   * A writer has no batch in flight that is so many numbers above what it knows to be settled, and
   * a leader takes none: so many answers a window holds at most. Applying does not ask it.
   */
  public static final int WIDTH = 256;

  public SessionWindow {
    answers = List.copyOf(answers);
  }

  /** The answer that a batch got before, if it is still remembered. */
  Optional<AppendedBatch> answer(long number) {
    return answers.stream().filter(answer -> answer.number() == number).findFirst();
  }

  /** Whether a batch that has no answer here was certainly never appended. */
  boolean covers(BatchNumber batch) {
    return batch.number() > Math.max(settled, batch.settled());
  }

  /** The window after a batch was appended: what its writer calls settled is forgotten. */
  SessionWindow after(BatchNumber batch, AppendedBatch answer, long index) {
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
