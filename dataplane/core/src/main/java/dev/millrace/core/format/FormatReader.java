// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@link FormatWriter} wrote. Reading past the end, and calling {@link #end} before it,
 * throws {@link IllegalStateException} with what is decoded and what was found: stored bytes that
 * cannot be decoded are damage or a bug, and the caller must stop.
 */
public final class FormatReader {
  private final ByteBuffer in;
  private final String subject;

  /**
   * @param subject what is decoded, for error messages
   * @param bytes the bytes; the buffer's own position does not change
   */
  public FormatReader(String subject, ByteBuffer bytes) {
    this.subject = subject;
    this.in = bytes.slice();
  }

  /**
   * Reads the leading version byte.
   *
   * @param newest the newest version that this build reads; versions start at 1
   */
  public int version(int newest) {
    int found = u8();
    if (found < 1 || found > newest) {
      throw new IllegalStateException(
          subject
              + " has format version "
              + found
              + ", this build reads 1 to "
              + newest
              + ": it was written by a newer build or is damaged");
    }
    return found;
  }

  public int u8() {
    need(1);
    return in.get() & 0xFF;
  }

  public long i64() {
    need(Long.BYTES);
    return in.getLong();
  }

  public int varint() {
    try {
      return Varint.get(in);
    } catch (BufferUnderflowException e) {
      throw new IllegalStateException(subject + " ends inside a length", e);
    }
  }

  private void need(int bytes) {
    if (in.remaining() < bytes) {
      throw new IllegalStateException(
          subject + " ends where " + bytes + " bytes follow, found " + in.remaining());
    }
  }

  public List<Integer> varints() {
    int count = varint();
    List<Integer> values = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      values.add(varint());
    }
    return values;
  }

  public String text() {
    return StandardCharsets.UTF_8.decode(raw(varint())).toString();
  }

  /** A view of the next bytes. */
  public ByteBuffer raw(int length) {
    if (length > in.remaining()) {
      throw new IllegalStateException(
          subject + " declares " + length + " bytes where " + in.remaining() + " remain");
    }
    ByteBuffer view = in.slice(in.position(), length);
    in.position(in.position() + length);
    return view;
  }

  /** A view of all bytes that remain. */
  public ByteBuffer rest() {
    return raw(in.remaining());
  }

  /** Asserts that all bytes were read. */
  public void end() {
    if (in.hasRemaining()) {
      throw new IllegalStateException(subject + " has " + in.remaining() + " bytes left over");
    }
  }

  /** Creates the exception for a value that no version of the format defines. */
  public IllegalStateException unknown(String field, int found) {
    return new IllegalStateException(subject + " has unknown " + field + " " + found);
  }
}
