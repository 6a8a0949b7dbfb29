// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.rpc.InternalTls;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the certificates of internal calls, and again when their files have changed. */
final class InternalCertificates {
  private InternalCertificates() {}

  /**
   * The certificates that the settings name.
   *
   * @param opened gets what is to be closed
   * @throws IOException if they cannot be used
   */
  static Optional<InternalTls> of(CloseableStack opened, ServerSettings settings, Vertx vertx)
      throws IOException {
    if (settings.rpcTls().isEmpty()) {
      return Optional.empty();
    }
    Path folder = settings.rpcTls().get();
    InternalTls tls = InternalTls.of(folder);
    opened.add(
        new PeriodicTask(
            vertx, RoleBounds.MOUNTED_FILES_INTERVAL_MILLIS, "reading " + folder, tls::readAgain));
    return Optional.of(tls);
  }
}
