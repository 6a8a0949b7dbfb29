// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.record;

import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import java.util.Optional;

/**
 * Whether the bytes of a batch are encrypted.
 *
 * <p>Stored as {@code u8 0} for clear ones, otherwise as {@code u8 1, key id as text, varint
 * length, wrapped key}. The third state, in which a batch is on its way to its leader, is never
 * stored.
 */
public sealed interface RecordProtection {
  /** Most bytes of a character of Java in UTF-8. */
  int MAX_UTF8_BYTES = 3;

  /** The bytes are the client's, and may be stored so. */
  record Clear() implements RecordProtection {
    /** All are alike. */
    public static final Clear ALL = new Clear();
  }

  /**
   * Not encrypted yet: the shard's leader does so before it writes them to the log.
   *
   * @param keyId the master key to use
   */
  record Requested(String keyId) implements RecordProtection {}

  /**
   * Encrypted.
   *
   * @param key the data key
   */
  record Encrypted(WrappedKey key) implements RecordProtection {}

  /** For the records of a stream with these settings. */
  static RecordProtection requested(Optional<String> keyId) {
    return keyId.<RecordProtection>map(Requested::new).orElse(Clear.ALL);
  }

  /** The encoded size in bytes: exact or too high. */
  default int sizeBytes() {
    return switch (this) {
      case Clear clear -> 1;
      case Requested(String keyId) -> 16 + MAX_UTF8_BYTES * keyId.length();
      case Encrypted(WrappedKey key) ->
          16 + MAX_UTF8_BYTES * key.keyId().length() + key.wrapped().remaining();
    };
  }

  /**
   * Writes it.
   *
   * @throws IllegalStateException if the records are still to be encrypted: they must not be stored
   */
  default void write(FormatWriter out) {
    switch (this) {
      case Clear clear -> out.u8(0);
      case Requested(String keyId) ->
          throw new IllegalStateException(
              "records to be encrypted with key %s were about to be stored in the clear"
                  .formatted(keyId));
      case Encrypted(WrappedKey key) ->
          out.u8(1).text(key.keyId()).varint(key.wrapped().remaining()).raw(key.wrapped());
    }
  }

  /**
   * Reads it.
   *
   * @param mayBeEncrypted whether the format's version knows encrypted records
   */
  static RecordProtection read(FormatReader in, boolean mayBeEncrypted) {
    int kind = in.u8();
    if (kind == 0) {
      return Clear.ALL;
    }
    if (kind != 1 || !mayBeEncrypted) {
      throw in.unknown("encryption", kind);
    }
    return new Encrypted(new WrappedKey(in.text(), in.raw(in.varint())));
  }
}
