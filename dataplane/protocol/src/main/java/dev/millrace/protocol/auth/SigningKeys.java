// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signing keys, derived from secrets, good for a day each and therefore kept. Any thread may ask.
 */
final class SigningKeys {
  /**
   * Keys kept at a time. A key takes a few hundred bytes and four hashes to make; a front serves
   * hundreds of identities at most, with two days and one region each.
   */
  static final int MAX_KEYS = 4096;

  private static final String ALGORITHM = "HmacSHA256";

  private final Map<Origin, SecretKeySpec> keys = new ConcurrentHashMap<>();

  /** All that a key is derived from: with the secret in it, a changed secret is another key. */
  private record Origin(
      String accessKeyId, String secretKey, String date, String region, String service) {}

  /** Signs a text. */
  byte[] sign(String secretKey, SignatureClaim.Scope scope, String text) {
    Origin origin =
        new Origin(scope.accessKeyId(), secretKey, scope.date(), scope.region(), scope.service());
    SecretKeySpec key = keys.get(origin);
    if (key == null) {
      if (keys.size() >= MAX_KEYS) {
        // Yesterday's are most of them, and the others are soon made again.
        keys.clear();
      }
      key = derive(secretKey, scope);
      keys.put(origin, key);
    }
    return hmac(key, text);
  }

  int size() {
    return keys.size();
  }

  private static SecretKeySpec derive(String secretKey, SignatureClaim.Scope scope) {
    SecretKeySpec key = key(("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8));
    key = key(hmac(key, scope.date()));
    key = key(hmac(key, scope.region()));
    key = key(hmac(key, scope.service()));
    return key(hmac(key, scope.terminator()));
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, ALGORITHM);
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
    }
  }
}
