// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Addresses with a common prefix, or a single one.
 *
 * @param high first 64 bits; IPv4 addresses are mapped into {@code ::ffff:0:0/96}
 * @param low last 64 bits
 * @param bits 0 to 128
 * @param isV4 whether it was written as IPv4
 */
record IpRange(long high, long low, int bits, boolean isV4) {
  private static final long MAPPED_V4 = 0xffff_0000_0000L;
  private static final int V4_OFFSET = 96;

  /** Parses {@code 203.0.113.0/24}, {@code 2001:db8::/32} or an address without a prefix. */
  static Optional<IpRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean isV4 = address.indexOf(':') < 0;
    if (isV4 ? !looksLikeV4(address) : address.indexOf('%') >= 0 || address.indexOf('[') >= 0) {
      return Optional.empty();
    }
    int width = isV4 ? 32 : 128;
    int prefix = width;
    if (slash >= 0) {
      String digits = text.substring(slash + 1);
      if (digits.isEmpty() || digits.length() > 3 || !isDigits(digits)) {
        return Optional.empty();
      }
      prefix = Integer.parseInt(digits);
      if (prefix > width) {
        return Optional.empty();
      }
    }
    byte[] bytes;
    try {
      bytes = InetAddress.ofLiteral(address).getAddress();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length == 4) {
      long low = MAPPED_V4 | bits(bytes, 0, 4);
      return Optional.of(new IpRange(0, low, isV4 ? prefix + V4_OFFSET : prefix, true));
    }
    return Optional.of(new IpRange(bits(bytes, 0, 8), bits(bytes, 8, 8), prefix, false));
  }

  private static boolean looksLikeV4(String address) {
    return address.chars().filter(c -> c == '.').count() == 3
        && address.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static long bits(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /** Whether the address lies in this range; one of IPv4 lies in no range of IPv6. */
  boolean contains(IpRange address) {
    if (isV4 != address.isV4) {
      return false;
    }
    long highMask = bits >= 64 ? -1L : bits == 0 ? 0 : -1L << (64 - bits);
    long lowMask = bits <= 64 ? 0 : bits == 128 ? -1L : -1L << (128 - bits);
    return (high & highMask) == (address.high & highMask)
        && (low & lowMask) == (address.low & lowMask);
  }
}
