// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;

/** One connection of a load driver; serves one thread. */
interface Client extends AutoCloseable {
  /** Makes a client for a port on this machine. */
  @FunctionalInterface
  interface Maker {
    Client connect(int port) throws IOException;
  }

  /** Sends a request and returns the answer's body; fails on any status but 200. */
  byte[] exchange(Request request) throws IOException;

  @Override
  void close() throws IOException;
}
