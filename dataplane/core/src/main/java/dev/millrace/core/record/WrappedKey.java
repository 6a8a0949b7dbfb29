// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.record;

import java.nio.ByteBuffer;

/**
 * A data key, encrypted with a master key. It is stored with the records that it encrypts, so that
 * each block of records can be read on its own for as long as the master key exists.
 *
 * @param keyId the master key as the stream's settings name it: a name, an alias or an ARN
 * @param wrapped what the master key made of the data key; a view that must not be changed
 */
public record WrappedKey(String keyId, ByteBuffer wrapped) {
  /** Most bytes of {@code wrapped}: AWS KMS has the largest, 6,144. */
  public static final int MAX_BYTES = 8_192;

  public WrappedKey {
    if (wrapped.remaining() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a wrapped data key has at most %d bytes, found %d"
              .formatted(MAX_BYTES, wrapped.remaining()));
    }
  }

  /** The same with bytes of its own: a view of a row would keep the whole row in memory. */
  public WrappedKey copy() {
    byte[] bytes = new byte[wrapped.remaining()];
    wrapped.get(wrapped.position(), bytes);
    return new WrappedKey(keyId, ByteBuffer.wrap(bytes));
  }
}
