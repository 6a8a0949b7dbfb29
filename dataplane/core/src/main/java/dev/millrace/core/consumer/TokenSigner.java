// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.consumer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies the opaque tokens that clients hold: base64 of {@code 00 00 00 00 00 00 00
 * 01}, a purpose byte, the content and a MAC over all of these. Tokens contain no secrets, and the
 * server stores nothing about them: any front with the same key accepts them, also after a restart.
 * Callable from any thread.
 */
public final class TokenSigner {
  /** Length of a key in bytes. */
  public static final int KEY_BYTES = 32;

  /**
   * How far the clock of the front that issued a token may be ahead of the clock of the front that
   * reads it.
   */
  public static final Duration MAX_CLOCK_SKEW = Duration.ofSeconds(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final long PREFIX = 1;
  private static final int MAC_BYTES = 16;

  /** What a token is for; a token is rejected for any other purpose. */
  public enum Purpose {
    SHARD_ITERATOR((byte) 'i'),
    SHARD_PAGE((byte) 's'),
    STREAM_PAGE((byte) 'l'),
    CONSUMER_PAGE((byte) 'c'),
    SESSION((byte) 't'),
    SESSION_SECRET((byte) 'k');

    private final byte code;

    Purpose(byte code) {
      this.code = code;
    }
  }

  private final SecretKeySpec key;

  /**
   * @param key {@link #KEY_BYTES} random bytes
   */
  public TokenSigner(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a token key has " + KEY_BYTES + " bytes, found " + key.length);
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** The token for a content. */
  public String sign(Purpose purpose, byte[] content) {
    ByteBuffer token = ByteBuffer.allocate(Long.BYTES + 1 + content.length + MAC_BYTES);
    token.putLong(PREFIX).put(purpose.code).put(content);
    byte[] mac = mac(token.array(), token.position());
    token.put(mac, 0, MAC_BYTES);
    return Base64.getEncoder().encodeToString(token.array());
  }

  /**
   * Returns the content of a valid token; empty for any other text. One pair of double quotes
   * around it is removed, as the service does: the CLI prints JSON for {@code --query
   * ShardIterator}, and scripts send it back unchanged.
   */
  public Optional<ByteBuffer> verify(Purpose purpose, String text) {
    byte[] token;
    try {
      token = Base64.getDecoder().decode(withoutQuotes(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int signed = token.length - MAC_BYTES;
    if (signed < Long.BYTES + 1) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(token, 0, signed);
    boolean known = in.getLong() == PREFIX && in.get() == purpose.code;
    byte[] expected = Arrays.copyOf(mac(token, signed), MAC_BYTES);
    byte[] found = Arrays.copyOfRange(token, signed, token.length);
    return known && MessageDigest.isEqual(expected, found)
        ? Optional.of(in.slice())
        : Optional.empty();
  }

  /**
   * A secret that only fronts with the same key can find for a text.
   *
   * @return 32 bytes
   */
  public byte[] secret(Purpose purpose, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer origin = ByteBuffer.allocate(Long.BYTES + 1 + bytes.length);
    origin.putLong(PREFIX).put(purpose.code).put(bytes);
    return mac(origin.array(), origin.position());
  }

  private static String withoutQuotes(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private byte[] mac(byte[] bytes, int length) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform must offer " + ALGORITHM, e);
    }
  }
}
