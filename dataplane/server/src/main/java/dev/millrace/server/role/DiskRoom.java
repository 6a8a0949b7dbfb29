// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.storage.DataFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Watches the free space on the data folder's disk. Below the reserve, new writes are rejected, so
 * that the log and the store always have space to finish what they began; above it, writes are
 * accepted again.
 */
final class DiskRoom implements BooleanSupplier, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DiskRoom.class);
  private static final long LOOK_EVERY_MILLIS = 250;

  private final Vertx vertx;
  private final DataFolder folder;
  private final long reserveBytes;
  private final long timer;
  private volatile boolean enough = true;

  /**
   * Starts to watch.
   *
   * @param reserveBytes bytes that must stay free
   */
  DiskRoom(Vertx vertx, DataFolder folder, long reserveBytes) throws IOException {
    this.vertx = vertx;
    this.folder = folder;
    this.reserveBytes = reserveBytes;
    look(folder.usableBytes());
    timer =
        vertx.setPeriodic(
            LOOK_EVERY_MILLIS,
            tick ->
                vertx
                    .executeBlocking(folder::usableBytes, false)
                    .onSuccess(this::look)
                    .onFailure(
                        e -> LOG.errorf(e, "cannot tell the room left in %s", folder.path())));
  }

  private void look(long usableBytes) {
    boolean now = usableBytes >= reserveBytes;
    if (now != enough) {
      LOG.warnf(
          "%s: %d MiB are free on the disk of %s, the reserve is %d MiB",
          now ? "writes are taken again" : "writes are refused",
          usableBytes >> 20,
          folder.path(),
          reserveBytes >> 20);
    }
    enough = now;
  }

  /** Whether new writes are accepted. */
  @Override
  public boolean getAsBoolean() {
    return enough;
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
