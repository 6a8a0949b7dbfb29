// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import dev.millrace.protocol.Blob;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing byte array; unlike {@link java.io.ByteArrayOutputStream} it returns its array without a
 * copy.
 */
final class ByteSink extends OutputStream {
  private byte[] array;
  private int length;

  ByteSink(int capacity) {
    array = new byte[capacity];
  }

  @Override
  public void write(int b) {
    reserve(1);
    array[length++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, source.length);
    reserve(count);
    System.arraycopy(source, offset, array, length, count);
    length += count;
  }

  /** What was written. Nothing may be written afterwards. */
  Blob toBlob() {
    return new Blob(array, 0, length);
  }

  private void reserve(int count) {
    int needed = Math.addExact(length, count);
    if (needed > array.length) {
      array = Arrays.copyOf(array, Math.max(needed, array.length + (array.length >> 1)));
    }
  }
}
