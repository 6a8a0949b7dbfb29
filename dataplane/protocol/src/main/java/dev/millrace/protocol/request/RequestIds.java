// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import java.util.Base64;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The two ids of one request, which clients show in errors and logs.
 *
 * @param requestId a random UUID in lower case, for {@code x-amzn-RequestId}
 * @param extendedId base64 of 72 random bytes, for {@code x-amz-id-2}
 */
public record RequestIds(String requestId, String extendedId) {
  private static final int EXTENDED_BYTES = 72;

  /** A new random pair. */
  public static RequestIds draw(RandomGenerator random) {
    String requestId = uuid(random);
    byte[] extended = new byte[EXTENDED_BYTES];
    random.nextBytes(extended);
    return new RequestIds(requestId, Base64.getEncoder().encodeToString(extended));
  }

  /** A new random UUID in lower case. */
  public static String uuid(RandomGenerator random) {
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
