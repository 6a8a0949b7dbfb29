// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

/**
 * The master keys of an installation, which wrap data keys. Calls may block, for a few seconds at
 * most. They fail with {@link dev.millrace.core.port.LogRefusedException} whose reason is one of
 * {@code KEY_...}; its message names the key and never contains key material.
 */
public interface MasterKeys {

  /**
   * Encrypts a data key.
   *
   * @param keyId the master key, as a client names it ({@link MasterKeyName})
   * @param context has to be the same to unwrap it; not secret
   * @return at most {@link dev.millrace.core.record.WrappedKey#MAX_BYTES}
   */
  byte[] wrap(String keyId, byte[] dataKey, String context);

  /** Decrypts what {@link #wrap} returned, now or before the master key was rotated. */
  byte[] unwrap(String keyId, byte[] wrapped, String context);
}
