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
public record SessionWindow(long session, long settled, long lastUsed, List<Answer> answers) {
  /**
   * A writer has no batch in flight that is so many numbers above what it knows to be settled, and
   * a leader takes none: so many answers a window holds at most. Applying does not ask it.
   */
  public static final int WIDTH = 256;

  /**
   * The answer to a batch.
   *
   * @param number the batch's number in its session
   * @param firstPosition the position of the first record that was appended
   * @param arrivalMillis the arrival time of all of them, epoch milliseconds
   * @param throttled places in the batch of the records that the shard's limits did not admit
   */
  public record Answer(
      long number, long firstPosition, long arrivalMillis, List<Integer> throttled) {
    public Answer {
      throttled = List.copyOf(throttled);
    }
  }

  public SessionWindow {
    answers = List.copyOf(answers);
  }

  /** The answer that a batch got before, if it is still remembered. */
  Optional<Answer> answer(long number) {
    return answers.stream().filter(answer -> answer.number() == number).findFirst();
  }

  /** Whether a batch that has no answer here was certainly never appended. */
  boolean covers(BatchNumber batch) {
    return batch.number() > Math.max(settled, batch.settled());
  }

  /** The window after a batch was appended: what its writer calls settled is forgotten. */
  SessionWindow after(BatchNumber batch, Answer answer, long index) {
    long nowSettled = Math.max(settled, batch.settled());
    List<Answer> kept = new ArrayList<>(answers.size() + 1);
    for (Answer earlier : answers) {
      if (earlier.number() > nowSettled) {
        kept.add(earlier);
      }
    }
    kept.add(answer);
    return new SessionWindow(session, nowSettled, index, kept);
  }
}
