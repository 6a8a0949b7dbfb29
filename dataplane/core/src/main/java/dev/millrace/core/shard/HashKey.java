// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.shard;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * An unsigned 128-bit hash key, 0 .. 2^128-1: the MD5 of a partition key, or an explicit hash key.
 *
 * @param high the upper 64 bits, unsigned
 * @param low the lower 64 bits, unsigned
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_HashKeyRange.html">HashKeyRange</a>
 */
public record HashKey(long high, long low) implements Comparable<HashKey> {

  /** 0. */
  public static final HashKey MIN = new HashKey(0, 0);

  /** 2^128-1. */
  public static final HashKey MAX = new HashKey(-1, -1);

  private static final BigInteger SPAN = BigInteger.ONE.shiftLeft(128);

  /**
   * Parses a decimal number without leading zeros.
   *
   * @return empty when the text is no such number or exceeds 2^128-1
   */
  public static Optional<HashKey> parse(String text) {
    if (text.isEmpty() || text.length() > 39 || (text.length() > 1 && text.charAt(0) == '0')) {
      return Optional.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    BigInteger value = new BigInteger(text);
    return value.compareTo(SPAN) < 0 ? Optional.of(of(value)) : Optional.empty();
  }

  static HashKey of(BigInteger value) {
    return new HashKey(value.shiftRight(64).longValue(), value.longValue());
  }

  BigInteger toBigInteger() {
    return new BigInteger(1, ByteBuffer.allocate(16).putLong(high).putLong(low).array());
  }

  /** The preceding key; that of {@link #MIN} is {@link #MAX}. */
  public HashKey previous() {
    return new HashKey(low == 0 ? high - 1 : high, low - 1);
  }

  /** Whether another key is at most so many keys above or below this one. */
  public boolean isWithin(long keys, HashKey other) {
    BigInteger distance = toBigInteger().subtract(other.toBigInteger()).abs();
    return distance.compareTo(BigInteger.valueOf(keys)) <= 0;
  }

  @Override
  public int compareTo(HashKey other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** Decimal, as the API prints it. */
  @Override
  public String toString() {
    return toBigInteger().toString();
  }

  /**
   * Hashes partition keys: MD5 of the UTF-8 bytes, read as an unsigned big-endian number. Not
   * thread-safe; reuse one for all records of a request.
   */
  public static final class Hasher {
    private final MessageDigest md5;
    private final byte[] digest = new byte[16];

    public Hasher() {
      try {
        md5 = MessageDigest.getInstance("MD5");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform must offer MD5", e);
      }
    }

    /** The hash key of a partition key given as UTF-8 bytes. */
    public HashKey hash(byte[] partitionKey) {
      md5.update(partitionKey);
      try {
        md5.digest(digest, 0, digest.length);
      } catch (java.security.DigestException e) {
        throw new IllegalStateException("an MD5 is 16 bytes", e);
      }
      ByteBuffer bytes = ByteBuffer.wrap(digest);
      return new HashKey(bytes.getLong(), bytes.getLong());
    }
  }
}
