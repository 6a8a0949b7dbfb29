// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A range of bytes in an array: a request's body, a decoded blob, an answer's body. The array must
 * not be changed once it is in a blob. Keeping a blob keeps its whole array in memory.
 *
 * @param array the array that holds the bytes, shared, not copied
 * @param offset index of the first byte
 * @param length number of bytes, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // Sharing the array is the point; equality is by content.
public record Blob(byte[] array, int offset, int length) {
  public static final Blob EMPTY = of(new byte[0]);

  /** Checks that the range lies inside the array. */
  public Blob {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  /** The whole array. */
  public static Blob of(byte[] array) {
    return new Blob(array, 0, array.length);
  }

  /** A read-only view, positioned at the first byte. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
  }

  /** The bytes in an array of their own. */
  public byte[] copy() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Blob that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    return buffer().hashCode();
  }

  @Override
  public String toString() {
    return "Blob[" + length + " bytes]";
  }
}
