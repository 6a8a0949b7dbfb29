// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.util.Arrays;
import java.util.Optional;

/** One master key, which can be lost: it wraps by a mask. */
final class TestingMasterKeys implements MasterKeys {
  private static final byte MASK = 0x5A;

  private Optional<Reason> failure = Optional.empty();
  private int wraps;
  private int unwraps;

  /** From now on all calls fail. */
  void lose(Reason reason) {
    failure = Optional.of(reason);
  }

  /** From now on no call fails. */
  void restore() {
    failure = Optional.empty();
  }

  int wraps() {
    return wraps;
  }

  int unwraps() {
    return unwraps;
  }

  private void answer(String keyId) {
    failure.ifPresent(
        reason -> {
          throw new LogRefusedException(reason, "master key " + keyId + " is lost", null);
        });
  }

  @Override
  public byte[] wrap(String keyId, byte[] dataKey, String context) {
    wraps++;
    answer(keyId);
    byte[] prefix = (context + "|").getBytes(UTF_8);
    byte[] wrapped = Arrays.copyOf(prefix, prefix.length + dataKey.length);
    System.arraycopy(masked(dataKey), 0, wrapped, prefix.length, dataKey.length);
    return wrapped;
  }

  @Override
  public byte[] unwrap(String keyId, byte[] wrapped, String context) {
    unwraps++;
    answer(keyId);
    byte[] prefix = (context + "|").getBytes(UTF_8);
    if (!Arrays.equals(prefix, Arrays.copyOf(wrapped, prefix.length))) {
      throw new LogRefusedException(Reason.KEY_INVALID, "another context", null);
    }
    return masked(Arrays.copyOfRange(wrapped, prefix.length, wrapped.length));
  }

  private static byte[] masked(byte[] bytes) {
    byte[] masked = bytes.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK;
    }
    return masked;
  }
}
