// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes the fields of a binary format, big-endian, into a growing array. Not thread-safe. */
public final class FormatWriter {
  private byte[] bytes;
  private int size;

  /**
   * @param expectedBytes the initial capacity
   */
  public FormatWriter(int expectedBytes) {
    bytes = new byte[Math.max(16, expectedBytes)];
  }

  /** Reserves bytes and returns the index of the first. May replace the array. */
  private int reserve(int needed) {
    if (size + needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + needed, bytes.length * 2));
    }
    int at = size;
    size += needed;
    return at;
  }

  /** One byte, 0 .. 255. */
  public FormatWriter u8(int value) {
    int at = reserve(1);
    bytes[at] = (byte) value;
    return this;
  }

  /** Eight bytes. */
  public FormatWriter i64(long value) {
    int at = reserve(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[at++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** A length or count that is not negative, 1 to 5 bytes. */
  public FormatWriter varint(int value) {
    int at = reserve(Varint.size(value));
    Varint.put(bytes, at, value);
    return this;
  }

  /** A count, then each value. */
  public FormatWriter varints(List<Integer> values) {
    varint(values.size());
    values.forEach(this::varint);
    return this;
  }

  /** A text: its UTF-8 length and bytes. */
  public FormatWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    varint(utf8.length);
    int at = reserve(utf8.length);
    System.arraycopy(utf8, 0, bytes, at, utf8.length);
    return this;
  }

  /** Bytes without a length; the buffer's position does not change. */
  public FormatWriter raw(ByteBuffer value) {
    int length = value.remaining();
    int at = reserve(length);
    value.get(value.position(), bytes, at, length);
    return this;
  }

  /** The written bytes, without a copy; the writer must not be used afterwards. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /**
   * The written bytes in an array of exactly that size; copied only when the initial capacity was
   * wrong.
   */
  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
