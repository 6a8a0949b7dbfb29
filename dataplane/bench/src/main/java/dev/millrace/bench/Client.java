// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;

/** One connection of the load driver. Not thread-safe. */
interface Client extends AutoCloseable {
  /** Creates a client for a port on this machine. */
  @FunctionalInterface
  interface Factory {
    Client connect(int port) throws IOException;
  }

  /** Sends a request and returns the answer's body; fails on any status but 200. */
  byte[] exchange(Request request) throws IOException;

  @Override
  void close() throws IOException;
}
