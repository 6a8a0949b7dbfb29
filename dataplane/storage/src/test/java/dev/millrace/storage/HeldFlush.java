// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import java.util.concurrent.CompletableFuture;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.RocksDB;

/**
 * Holds RocksDB's next flush of one family at its beginning, when the buffer to be written was
 * already replaced by a new one, as a slow disk does.
 */
final class HeldFlush extends AbstractEventListener {
  static {
    RocksDB.loadLibrary();
  }

  private final String family;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private volatile boolean armed;

  HeldFlush(String family) {
    super(EnabledEventCallback.ON_FLUSH_BEGIN);
    this.family = family;
  }

  /** From now on a flush is held. */
  void arm() {
    armed = true;
  }

  void awaitBegun() {
    begun.join();
  }

  void release() {
    released.complete(null);
  }

  @Override
  public void onFlushBegin(RocksDB db, FlushJobInfo info) {
    if (armed && info.getColumnFamilyName().equals(family)) {
      begun.complete(null);
      released.join();
    }
  }
}
