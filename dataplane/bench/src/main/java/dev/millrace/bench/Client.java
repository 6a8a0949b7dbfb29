// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/** One connection of the load driver. Not thread-safe. */
interface Client extends AutoCloseable {
  /** Connects a client to a server. */
  @FunctionalInterface
  interface Factory {
    Client connect(InetSocketAddress server) throws IOException;
  }

  /** Sends a request and returns the answer's body; fails on any status but 200. */
  byte[] exchange(Request request) throws IOException;

  @Override
  void close() throws IOException;
}
