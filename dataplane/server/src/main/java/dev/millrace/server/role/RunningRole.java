// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;

/** What a process does, once it does it. */
public interface RunningRole extends AutoCloseable {
  /** Whether it can go on; if not, only a new process helps. */
  boolean isAlive();

  /** Whether it can do its work now. */
  boolean isReady();

  /** One line for whoever started the process: what listens where. */
  String banner();

  /** Stops; everything that was acknowledged is on the disk already. */
  @Override
  void close() throws IOException;
}
