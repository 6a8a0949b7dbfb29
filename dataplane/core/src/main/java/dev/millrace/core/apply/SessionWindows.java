// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The windows of a shard's writer sessions. They identify retried batches. A batch of an unknown
 * session is rejected, since it may or may not have been appended before.
 *
 * @param windows in the order in which the sessions were opened
 */
public record SessionWindows(List<SessionWindow> windows) {
  /**
   * Most sessions that a shard remembers; one more evicts the least recently used. The leader
   * writes this number into the command, since changing it here would change the meaning of old
   * entries.
   */
  public static final int SESSIONS = 128;

  public static final SessionWindows NONE = new SessionWindows(List.of());

  public SessionWindows {
    windows = List.copyOf(windows);
  }

  /** Returns what is known about a batch. */
  public BatchStatus status(BatchNumber batch) {
    if (!batch.isNumbered()) {
      return new BatchStatus.New();
    }
    Optional<SessionWindow> window =
        windows.stream().filter(w -> w.session() == batch.session()).findFirst();
    Optional<AppendedBatch> answer = window.flatMap(w -> w.answer(batch.number()));
    if (answer.isPresent()) {
      return new BatchStatus.Recorded(answer.get());
    }
    return window.filter(w -> w.covers(batch)).isPresent()
        ? new BatchStatus.New()
        : new BatchStatus.Forgotten();
  }

  /**
   * Adds a session. Evicts the least recently used ones so that at most {@code maxSessions} remain.
   */
  SessionWindows withSession(long session, int maxSessions, long index) {
    List<SessionWindow> next = new ArrayList<>(windows);
    while (!next.isEmpty() && next.size() >= maxSessions) {
      next.stream().min(Comparator.comparingLong(SessionWindow::lastUsed)).ifPresent(next::remove);
    }
    next.add(new SessionWindow(session, 0, index, List.of()));
    return new SessionWindows(next);
  }

  /** Adds the answer to a batch that was appended at a log index. */
  SessionWindows withAnswer(BatchNumber batch, AppendedBatch answer, long index) {
    if (!batch.isNumbered()) {
      return this;
    }
    return new SessionWindows(
        windows.stream()
            .map(w -> w.session() == batch.session() ? w.withAnswer(batch, answer, index) : w)
            .toList());
  }

  void write(FormatWriter out) {
    out.varint(windows.size());
    for (SessionWindow window : windows) {
      out.i64(window.session()).i64(window.settled()).i64(window.lastUsed());
      out.varint(window.answers().size());
      for (AppendedBatch answer : window.answers()) {
        out.i64(answer.number()).i64(answer.firstPosition()).i64(answer.arrivalMillis());
        out.varints(answer.throttled());
      }
    }
  }

  static SessionWindows read(FormatReader in) {
    List<SessionWindow> windows = new ArrayList<>();
    for (int left = in.varint(); left > 0; left--) {
      long session = in.i64();
      long settled = in.i64();
      long lastUsed = in.i64();
      List<AppendedBatch> answers = new ArrayList<>();
      for (int answersLeft = in.varint(); answersLeft > 0; answersLeft--) {
        answers.add(new AppendedBatch(in.i64(), in.i64(), in.i64(), in.varints()));
      }
      windows.add(new SessionWindow(session, settled, lastUsed, answers));
    }
    return new SessionWindows(windows);
  }
}
