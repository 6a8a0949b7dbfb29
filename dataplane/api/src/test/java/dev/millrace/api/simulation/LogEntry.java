// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.LogPosition;
import java.nio.ByteBuffer;

/**
 * An entry of the simulated log.
 *
 * @param isTorn whether a power cut left only a part of it on the disk, as its checksum shows
 */
record LogEntry(LogPosition at, Content content, boolean isTorn) {
  /** What an entry contains. */
  sealed interface Content {
    /** Commands, as the real format encodes them. */
    record Commands(ByteBuffer bytes) implements Content {}

    /** The members of the group from this entry on. */
    record Members(MemberSet members) implements Content {}

    /** Nothing: the first entry of a leader. */
    record Nothing() implements Content {}
  }

  LogEntry(LogPosition at, Content content) {
    this(at, content, false);
  }

  LogEntry torn() {
    return new LogEntry(at, content, true);
  }

  long index() {
    return at.index();
  }

  long term() {
    return at.term();
  }
}
