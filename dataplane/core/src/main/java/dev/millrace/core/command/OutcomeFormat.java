// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import dev.millrace.core.command.Outcome.Appended;
import dev.millrace.core.command.Outcome.AppendedBefore;
import dev.millrace.core.command.Outcome.Done;
import dev.millrace.core.command.Outcome.NoSuchShard;
import dev.millrace.core.command.Outcome.OutsideWindow;
import dev.millrace.core.command.Outcome.Repeated;
import dev.millrace.core.command.Outcome.Replaced;
import dev.millrace.core.command.Outcome.RevisionConflict;
import dev.millrace.core.command.Outcome.Sealed;
import dev.millrace.core.command.Outcome.SessionOpened;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary format of the outcomes of one entry: version, count, then kind and fields of each. It
 * is not stored: the proposer of the entry decodes it in the same process.
 */
public final class OutcomeFormat {
  private static final int VERSION = 1;
  private static final int DONE = 1;
  private static final int APPENDED = 2;
  private static final int REPLACED = 3;
  private static final int NO_SUCH_SHARD = 4;
  private static final int REVISION_CONFLICT = 5;
  private static final int REPEATED = 6;
  private static final int SEALED = 7;
  private static final int APPENDED_BEFORE = 8;
  private static final int OUTSIDE_WINDOW = 9;
  private static final int SESSION_OPENED = 10;
  private static final int OUTCOME_BYTES = 17;

  private OutcomeFormat() {}

  public static byte[] encode(List<Outcome> outcomes) {
    FormatWriter out = new FormatWriter(8 + outcomes.size() * OUTCOME_BYTES);
    out.u8(VERSION).varint(outcomes.size());
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Done done -> out.u8(DONE);
        case Appended appended ->
            out.u8(APPENDED)
                .i64(appended.firstPosition())
                .i64(appended.arrivalMillis())
                .varints(appended.throttled());
        case SessionOpened opened -> out.u8(SESSION_OPENED).i64(opened.session());
        case Replaced replaced -> out.u8(REPLACED).i64(replaced.revision());
        case NoSuchShard none -> out.u8(NO_SUCH_SHARD);
        case RevisionConflict conflict -> out.u8(REVISION_CONFLICT).i64(conflict.foundRevision());
        case Repeated repeated -> out.u8(REPEATED);
        case Sealed sealed -> out.u8(SEALED).i64(sealed.closeSecond());
        case AppendedBefore before ->
            out.u8(APPENDED_BEFORE)
                .i64(before.firstPosition())
                .i64(before.arrivalMillis())
                .varints(before.throttled());
        case OutsideWindow outside -> out.u8(OUTSIDE_WINDOW);
      }
    }
    return out.toByteArray();
  }

  public static List<Outcome> decode(ByteBuffer bytes) {
    FormatReader in = new FormatReader("outcomes", bytes);
    in.version(VERSION);
    int count = in.varint();
    List<Outcome> outcomes = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      int kind = in.u8();
      outcomes.add(
          switch (kind) {
            case DONE -> new Done();
            case APPENDED -> new Appended(in.i64(), in.i64(), in.varints());
            case SESSION_OPENED -> new SessionOpened(in.i64());
            case REPLACED -> new Replaced(in.i64());
            case NO_SUCH_SHARD -> new NoSuchShard();
            case REVISION_CONFLICT -> new RevisionConflict(in.i64());
            case REPEATED -> new Repeated();
            case SEALED -> new Sealed(in.i64());
            case APPENDED_BEFORE -> new AppendedBefore(in.i64(), in.i64(), in.varints());
            case OUTSIDE_WINDOW -> new OutsideWindow();
            default -> throw in.unknown("outcome kind", kind);
          });
    }
    in.end();
    return outcomes;
  }
}
