// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * The front of a shard pod. Its port opens once the files are there that are mounted from Secrets:
 * a namespace may get them after its streams, or never. The shards are hosted in any case.
 */
final class MountedFront implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(MountedFront.class);

  private final CloseableStack opened = new CloseableStack();
  private final KinesisFront front;
  private final FrontParts parts;
  private volatile int port;

  /**
   * Opens the front if it can be opened now, else as soon as it can. Blocks.
   *
   * @param everyMillis how often it is tried
   */
  MountedFront(KinesisFront front, FrontParts parts, Vertx vertx, long everyMillis) {
    this.front = front;
    this.parts = parts;
    Optional<Path> missing = front.missingFile();
    if (missing.isPresent()) {
      LOG.warnf("the Kinesis port stays closed until %s is there", missing.get());
    } else {
      open()
          .exceptionally(
              failure -> {
                LOG.warnf("the Kinesis port stays closed: %s", failure.getMessage());
                return null;
              });
    }
    opened.add(new PeriodicTask(vertx, everyMillis, "opening the Kinesis port", this::open));
  }

  private CompletionStage<Void> open() {
    if (port != 0 || front.missingFile().isPresent()) {
      return CompletableFuture.completedStage(null);
    }
    CloseableStack attempt = new CloseableStack();
    try {
      int bound = front.listen(attempt, front.tls(), parts).port();
      opened.add(attempt);
      port = bound;
      LOG.infof("the Kinesis port %d is open", bound);
      return CompletableFuture.completedStage(null);
    } catch (IOException e) {
      try {
        attempt.close();
      } catch (IOException unclean) {
        e.addSuppressed(unclean);
      }
      return CompletableFuture.failedStage(e);
    }
  }

  /** The port, if it is open. */
  OptionalInt port() {
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
