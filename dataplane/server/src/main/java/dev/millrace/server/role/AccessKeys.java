// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.protocol.auth.Credential;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.config.ServerSettings.InvalidServerSettingException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The access keys that requests may be signed with. A file with them is read again regularly, since
 * a mounted Secret changes while the process runs; what cannot be read changes nothing.
 */
final class AccessKeys implements AutoCloseable {
  private final CloseableStack opened = new CloseableStack();
  private volatile Map<String, String> secrets;

  private AccessKeys(Map<String, String> secrets) {
    this.secrets = secrets;
  }

  /**
   * The access keys of a process.
   *
   * @param everyMillis how often their file is read
   * @throws IOException if their file cannot be read
   */
  static AccessKeys of(ServerSettings settings, Vertx vertx, long everyMillis) throws IOException {
    AccessKeys keys = new AccessKeys(settings.credentials());
    if (settings.credentialsFile().isPresent()) {
      Path file = settings.credentialsFile().get();
      keys.read(file);
      keys.opened.add(
          new PeriodicTask(vertx, everyMillis, "reading " + file, () -> keys.readAgain(file)));
    }
    return keys;
  }

  private CompletionStage<Void> readAgain(Path file) {
    try {
      read(file);
      return CompletableFuture.completedStage(null);
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void read(Path file) throws IOException {
    Map<String, String> found;
    try {
      found = ServerSettings.accessKeys(file.toString(), Files.readString(file));
    } catch (InvalidServerSettingException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new IOException(file + " holds no access key");
    }
    secrets = found;
  }

  /** Whether requests are not authenticated: no access keys are configured. */
  boolean isAnonymous() {
    return secrets.isEmpty();
  }

  /** The credential of an access key id. */
  Optional<Credential> find(String id) {
    return Optional.ofNullable(secrets.get(id)).map(Credential::permanent);
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
