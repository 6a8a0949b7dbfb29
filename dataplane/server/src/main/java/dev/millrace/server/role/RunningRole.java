// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;

/** The role of this process, once it has started. */
public interface RunningRole extends AutoCloseable {
  /** Whether the process can continue; if not, it must be restarted. */
  boolean isAlive();

  /** Whether it can serve requests now. */
  boolean isReady();

  /** One line for the person who started the process: the role and its address. */
  String banner();

  /** Stops the role. Everything that was acknowledged is already on the disk. */
  @Override
  void close() throws IOException;
}
