// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes inputs from valid ones, as little broken as possible, since a decoder rejects what is
 * broken all over at its first byte: one to four changes each. Not thread-safe.
 */
final class InputMutator {
  private static final int MAX_CHANGES = 4;

  /** Most times that a part is repeated: deeper and longer than any limit of a decoder. */
  private static final int MAX_REPEATS = 2_000;

  private static final long[] BORDERS = {
    0,
    1,
    -1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFF_FFFFL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
  };

  /** Lengths as they are written in our formats, in CBOR, and in neither. */
  private static final byte[][] LENGTHS = {
    {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07},
    {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
    {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF},
    {(byte) 0x80, 0x00},
    {(byte) 0xFF, (byte) 0xFF, 0x3F},
    {0x5A, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF},
    {
      (byte) 0x9B,
      0x7F,
      (byte) 0xFF,
      (byte) 0xFF,
      (byte) 0xFF,
      (byte) 0xFF,
      (byte) 0xFF,
      (byte) 0xFF,
      (byte) 0xFF
    },
  };

  private final Random random;
  private final List<byte[]> dictionary;
  private final int maxBytes;

  InputMutator(Random random, List<byte[]> dictionary, int maxBytes) {
    this.random = random;
    this.dictionary = dictionary;
    this.maxBytes = maxBytes;
  }

  /** A changed copy of one of the inputs, or of two. */
  byte[] mutant(List<byte[]> parents) {
    byte[] bytes = oneOf(parents).clone();
    int changes = 1 + random.nextInt(MAX_CHANGES);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes, parents);
    }
    return bytes.length > maxBytes ? Arrays.copyOf(bytes, maxBytes) : bytes;
  }

  private byte[] changed(byte[] bytes, List<byte[]> parents) {
    int at = random.nextInt(bytes.length + 1);
    int end = at + random.nextInt(Math.min(64, bytes.length - at) + 1);
    byte[] part = Arrays.copyOfRange(bytes, at, end);
    return switch (random.nextInt(11)) {
      case 0 -> flipped(bytes);
      case 1 -> flipped(flipped(bytes));
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> replaced(bytes, at, end, new byte[0]);
      case 4 -> replaced(bytes, at, at, part);
      case 5 -> replaced(bytes, at, end, repeated(part));
      case 6 -> spliced(bytes, at, oneOf(parents));
      case 7 -> replaced(bytes, at, Math.min(bytes.length, at + Long.BYTES), border());
      case 8 ->
          replaced(
              bytes, at, Math.min(bytes.length, at + 1), LENGTHS[random.nextInt(LENGTHS.length)]);
      case 9 -> replaced(bytes, at, at, randomBytes());
      default ->
          dictionary.isEmpty()
              ? flipped(bytes)
              : replaced(bytes, at, random.nextBoolean() ? at : end, word());
    };
  }

  private byte[] flipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    if (bytes.length > 0) {
      int at = random.nextInt(bytes.length);
      flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return flipped;
  }

  private byte[] word() {
    byte[] word = oneOf(dictionary);
    return random.nextInt(8) == 0 ? repeated(word) : word;
  }

  private byte[] repeated(byte[] part) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int times = 1 + (random.nextInt(8) == 0 ? random.nextInt(MAX_REPEATS) : random.nextInt(8));
    for (int i = 0; i < times && all.size() < maxBytes; i++) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private byte[] spliced(byte[] bytes, int at, byte[] other) {
    int from = random.nextInt(other.length + 1);
    return replaced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
  }

  private byte[] border() {
    long border = BORDERS[random.nextInt(BORDERS.length)];
    return switch (random.nextInt(3)) {
      case 0 -> ByteBuffer.allocate(Long.BYTES).putLong(border).array();
      case 1 -> ByteBuffer.allocate(Integer.BYTES).putInt((int) border).array();
      default -> Long.toString(border).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    };
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[1 + random.nextInt(16)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] oneOf(List<byte[]> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] with) {
    return ByteBuffer.allocate(bytes.length - (to - from) + with.length)
        .put(bytes, 0, from)
        .put(with)
        .put(bytes, to, bytes.length - to)
        .array();
  }
}
