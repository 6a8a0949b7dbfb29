// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import java.io.IOException;
import java.io.PrintStream;

/** Where lines of the audit go. Called by one thread, which may block. */
interface AuditOutput extends AutoCloseable {
  /**
   * Writes a whole line.
   *
   * @throws IOException if it may not have been written, or not all of it
   */
  void write(byte[] line) throws IOException;

  @Override
  void close() throws IOException;

  /**
   * The output of a stream that others write to as well, and that stays open. A line is written in
   * one piece.
   */
  static AuditOutput shared(PrintStream stream) {
    return new SharedStream(stream);
  }

  /**
   * @param stream reports failures by a flag, which stays set
   */
  record SharedStream(PrintStream stream) implements AuditOutput {
    @Override
    public void write(byte[] line) throws IOException {
      stream.write(line, 0, line.length);
      if (stream.checkError()) {
        throw new IOException("the stream does not take what is written to it");
      }
    }

    @Override
    public void close() {
      stream.flush();
    }
  }
}
