// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.format;

import java.nio.ByteBuffer;

/** Unsigned LEB128 lengths: 7 bits a byte, lowest first, at most 5 bytes for an int. */
public final class Varint {
  /** Most bytes of one encoded length. */
  public static final int MAX_BYTES = 5;

  private Varint() {}

  /** Writes a length that is not negative; returns the index after it. */
  public static int put(byte[] out, int at, int value) {
    while ((value & ~0x7F) != 0) {
      out[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    out[at++] = (byte) value;
    return at;
  }

  /** The encoded size, in bytes, of a length that is not negative. */
  public static int size(int value) {
    int size = 1;
    while ((value & ~0x7F) != 0) {
      value >>>= 7;
      size++;
    }
    return size;
  }

  /**
   * Reads a length and moves past it.
   *
   * @throws IllegalStateException when it is longer than 5 bytes or negative as an int
   * @throws java.nio.BufferUnderflowException when the buffer ends inside it
   */
  public static int get(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        if (value > Integer.MAX_VALUE) {
          break;
        }
        return (int) value;
      }
    }
    throw new IllegalStateException("a length exceeds 2^31-1");
  }

  /** Reads a length and that many bytes as a view. */
  public static ByteBuffer slice(ByteBuffer in) {
    int length = get(in);
    if (length > in.remaining()) {
      throw new IllegalStateException(
          "a length of " + length + " bytes is given where " + in.remaining() + " remain");
    }
    ByteBuffer view = in.slice(in.position(), length);
    in.position(in.position() + length);
    return view;
  }
}
