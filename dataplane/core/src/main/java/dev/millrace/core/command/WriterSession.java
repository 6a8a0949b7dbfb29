package dev.millrace.core.command;

import java.util.UUID;

/**
 * Names a batch for recognising it when it is sent again: the window of past answers that a shard
 * keeps for each session comes with the replicated front; the log and row formats carry both from
 * the first day.
 *
 * @param session the front's session; {@link #NONE} has all bits zero
 * @param number the batch's number within the session, from 1
 */
public record WriterSession(UUID session, long number) {
  /** A batch that is never sent twice. */
  public static final WriterSession NONE = new WriterSession(new UUID(0, 0), 0);
}
