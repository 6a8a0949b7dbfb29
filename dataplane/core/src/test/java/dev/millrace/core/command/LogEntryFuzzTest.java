// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Entries of the log, of all commands. */
final class LogEntryFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return Stream.concat(
            FormatTest.everyCommand().stream().map(List::of), Stream.of(FormatTest.everyCommand()))
        .map(LogEntryFormat::encode)
        .map(LogEntryFuzzTest::bytes)
        .toList();
  }

  @Override
  protected void decode(byte[] input) {
    List<Command> commands = LogEntryFormat.decode(ByteBuffer.wrap(input));
    assertThat(LogEntryFormat.decode(LogEntryFormat.encode(commands))).isEqualTo(commands);
    for (Command command : commands) {
      if (command instanceof Command.AppendRecords append && append.records().isWellFormed()) {
        assertThat(append.records().entries()).hasSize(append.records().count());
      }
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(IllegalStateException.class, IllegalArgumentException.class);
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
