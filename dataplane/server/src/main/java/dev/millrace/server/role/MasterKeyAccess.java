// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.RecordCipher;
import dev.millrace.encryption.EnvelopeCipher;
import dev.millrace.encryption.MountedMasterKeys;
import dev.millrace.server.config.ServerSettings;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Opens what a process needs to encrypt and decrypt records. */
final class MasterKeyAccess {
  private static final long IDLE_SECONDS = 60;

  private MasterKeyAccess() {}

  /**
   * The cipher of a process; one that refuses if no master keys are configured.
   *
   * @param opened gets what is to be closed
   */
  static RecordCipher open(
      CloseableStack opened, ServerSettings settings, LongSupplier nanos, SecureRandom random) {
    if (settings.masterKeys().isEmpty()) {
      return RecordCipher.NONE;
    }
    MountedMasterKeys keys = opened.add(new MountedMasterKeys(settings.masterKeys().get()));
    ThreadPoolExecutor calls =
        new ThreadPoolExecutor(
            RoleBounds.KEY_CALLS,
            RoleBounds.KEY_CALLS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(RoleBounds.WAITING_KEY_CALLS),
            Thread.ofVirtual().name("keys-", 0).factory());
    calls.allowCoreThreadTimeOut(true);
    opened.add(calls::shutdownNow);
    return new EnvelopeCipher(keys, calls, nanos, random);
  }
}
