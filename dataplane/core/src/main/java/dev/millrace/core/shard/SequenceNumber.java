// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Optional;

/**
 * A sequence number in the service's version 2 layout, 47 hexadecimal digits printed in decimal:
 *
 * <pre>
 * 2 | creation second (9) | low digit of shard index (1) | counter (16) | 00 | record second (9) | shard index (8) | 2
 * </pre>
 *
 * It identifies the shard and the incarnation of the stream; within a shard it rises with the
 * counter.
 *
 * @param creationSecond when the shard was created, epoch seconds, 0 .. 2^36-1
 * @param shard the shard
 * @param counter the record's position in the shard, 0 .. 2^63-1
 * @param recordSecond when the record arrived, epoch seconds, 0 .. 2^36-1
 */
public record SequenceNumber(long creationSecond, ShardId shard, long counter, long recordSecond)
    implements Comparable<SequenceNumber> {

  /** The counter in a closed shard's ending sequence number. */
  public static final long ENDING_COUNTER = Long.MAX_VALUE;

  private static final long SECONDS = 1L << 36;
  private static final int HEX_DIGITS = 47;
  private static final Comparator<SequenceNumber> NUMERIC =
      Comparator.comparingLong(SequenceNumber::creationSecond)
          .thenComparingInt(number -> number.shard.index() & 0xF)
          .thenComparingLong(SequenceNumber::counter)
          .thenComparingLong(SequenceNumber::recordSecond)
          .thenComparing(SequenceNumber::shard);

  public SequenceNumber {
    if (creationSecond < 0 || creationSecond >= SECONDS) {
      throw new IllegalArgumentException("creation second out of range: " + creationSecond);
    }
    if (recordSecond < 0 || recordSecond >= SECONDS) {
      throw new IllegalArgumentException("record second out of range: " + recordSecond);
    }
    if (counter < 0) {
      throw new IllegalArgumentException("counter must not be negative: " + counter);
    }
  }

  /** The starting sequence number of a shard, as listings show it. */
  public static SequenceNumber starting(long creationSecond, ShardId shard) {
    return new SequenceNumber(creationSecond, shard, 0, creationSecond);
  }

  /**
   * Parses a decimal number.
   *
   * @return empty when the number does not have this layout
   */
  public static Optional<SequenceNumber> parse(String decimal) {
    if (decimal.length() != 56 || !decimal.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    String hex = new BigInteger(decimal).toString(16);
    if (hex.length() != HEX_DIGITS || hex.charAt(0) != '2' || hex.charAt(46) != '2') {
      return Optional.empty();
    }
    long index = Long.parseLong(hex, 38, 46, 16);
    long counter = Long.parseUnsignedLong(hex, 11, 27, 16);
    boolean valid =
        index <= Integer.MAX_VALUE
            && counter >= 0
            && hex.startsWith("00", 27)
            && Character.digit(hex.charAt(10), 16) == (index & 0xF);
    if (!valid) {
      return Optional.empty();
    }
    return Optional.of(
        new SequenceNumber(
            Long.parseLong(hex, 1, 10, 16),
            new ShardId((int) index),
            counter,
            Long.parseLong(hex, 29, 38, 16)));
  }

  @Override
  public int compareTo(SequenceNumber other) {
    return NUMERIC.compare(this, other);
  }

  /** Decimal, 56 digits. */
  @Override
  public String toString() {
    // 47 digits of 4 bits, right-aligned in 24 bytes:
    // [127..64] ends inside the counter, so the fields are shifted into three words.
    long low = (recordSecond << 36) | ((long) shard.index() << 4) | 2;
    long middle = (counter << 16) | (recordSecond >>> 28);
    long high =
        (2L << 56)
            | (creationSecond << 20)
            | ((long) (shard.index() & 0xF) << 16)
            | (counter >>> 48);
    return new BigInteger(
            ByteBuffer.allocate(24).putLong(high).putLong(middle).putLong(low).array())
        .toString();
  }
}
