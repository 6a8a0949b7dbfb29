// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * An account: 12 digits. On a cluster each namespace is one.
 *
 * @param text 12 digits
 */
public record AccountId(String text) {
  private static final long ACCOUNTS = 1_000_000_000_000L;

  public AccountId {
    if (!text.matches("[0-9]{12}")) {
      throw new IllegalArgumentException("account must be 12 digits, found '" + text + "'");
    }
  }

  /** The account of a namespace: 12 digits out of the SHA-256 of its name. */
  public static AccountId ofNamespace(String namespace) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(namespace.getBytes(StandardCharsets.UTF_8));
      long number = Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), ACCOUNTS);
      return new AccountId("%012d".formatted(number));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The ARN of a stream of this account. */
  public String streamArn(String region, StreamName stream) {
    return "arn:aws:kinesis:" + region + ":" + text + ":stream/" + stream;
  }

  /**
   * The stream that an ARN names.
   *
   * @return empty if the ARN is malformed, or of another account or region
   */
  public Optional<StreamName> streamOf(String region, String arn) {
    String name = arn.substring(arn.indexOf('/') + 1);
    return StreamName.isValid(name) && arn.equals(streamArn(region, new StreamName(name)))
        ? Optional.of(new StreamName(name))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
