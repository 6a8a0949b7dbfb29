// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes format fields, big-endian, into a growing array. Serves one thread. */
public final class FormatWriter {
  private byte[] bytes;
  private int size;

  /**
   * A new writer.
   *
   * @param expectedBytes how much room to take at first
   */
  public FormatWriter(int expectedBytes) {
    bytes = new byte[Math.max(16, expectedBytes)];
  }

  /** Makes room and says where it begins. The array may be another one afterwards. */
  private int room(int needed) {
    if (size + needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + needed, bytes.length * 2));
    }
    int at = size;
    size += needed;
    return at;
  }

  /** One byte, 0 .. 255. */
  public FormatWriter u8(int value) {
    int at = room(1);
    bytes[at] = (byte) value;
    return this;
  }

  /** Eight bytes. */
  public FormatWriter i64(long value) {
    int at = room(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[at++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** A length or count that is not negative, 1 to 5 bytes. */
  public FormatWriter varint(int value) {
    int at = room(Varint.size(value));
    Varint.put(bytes, at, value);
    return this;
  }

  /** How many, then each of them. */
  public FormatWriter varints(List<Integer> values) {
    varint(values.size());
    values.forEach(this::varint);
    return this;
  }

  /** A text: its UTF-8 length and bytes. */
  public FormatWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    varint(utf8.length);
    int at = room(utf8.length);
    System.arraycopy(utf8, 0, bytes, at, utf8.length);
    return this;
  }

  /** Bytes without a length; the buffer's position stays. */
  public FormatWriter raw(ByteBuffer value) {
    int length = value.remaining();
    int at = room(length);
    value.get(value.position(), bytes, at, length);
    return this;
  }

  /** What was written, without a copy; the writer must not be used afterwards. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /** What was written, in an array of just that size; no copy when the first guess was right. */
  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
