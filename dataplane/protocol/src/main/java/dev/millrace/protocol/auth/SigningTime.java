// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.auth;

import static dev.millrace.core.error.KinesisError.Name.INCOMPLETE_SIGNATURE;
import static dev.millrace.core.error.KinesisError.Name.INVALID_SIGNATURE;

import dev.millrace.core.error.Excerpt;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * When a request was signed.
 *
 * @param instant the time, to the second
 */
record SigningTime(Instant instant) {
  /** How far a client's clock may be off, either way. SDKs correct theirs by the answer's date. */
  static final Duration MAX_SKEW = Duration.ofMinutes(5);

  /** The longest validity of a presigned request: 7 days. */
  private static final int MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

  private static final DateTimeFormatter BASIC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** Reads a date header, in ISO-8601's basic format or, as HTTP has it, in that of RFC 1123. */
  static SigningTime parse(String text) throws SignatureRejectedException {
    DateTimeFormatter format = text.endsWith("Z") ? BASIC : DateTimeFormatter.RFC_1123_DATE_TIME;
    try {
      return new SigningTime(Instant.from(format.parse(text)));
    } catch (DateTimeException unreadable) {
      throw new SignatureRejectedException(
          INCOMPLETE_SIGNATURE,
          "Date must be in ISO-8601 'basic format'. Got '"
              + Excerpt.of(text)
              + "'. See http://en.wikipedia.org/wiki/ISO_8601");
    }
  }

  /** The time as it is signed. */
  String text() {
    return text(instant);
  }

  /** Checks that the signature is recent and its scope is of the same day. */
  void check(SignatureClaim claim, Instant now) throws SignatureRejectedException {
    Duration good = claim.expires().isPresent() ? expires(claim.expires().get()) : MAX_SKEW;
    Instant earliest = now.minus(good);
    Instant latest = now.plus(MAX_SKEW);
    if (instant.isBefore(earliest)) {
      throw new SignatureRejectedException(
          INVALID_SIGNATURE,
          "Signature expired: %s is now earlier than %s (%s - %d min.)"
              .formatted(text(), text(earliest), text(now), good.toMinutes()));
    }
    if (instant.isAfter(latest)) {
      throw new SignatureRejectedException(
          INVALID_SIGNATURE,
          "Signature not yet current: %s is still later than %s (%s + %d min.)"
              .formatted(text(), text(latest), text(now), MAX_SKEW.toMinutes()));
    }
    String day = text().substring(0, 8);
    if (!day.equals(claim.scope().date())) {
      throw new SignatureRejectedException(
          INVALID_SIGNATURE,
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP: '%s' != '%s', from '%s'."
                  .formatted(Excerpt.of(claim.scope().date()), day, text()));
    }
  }

  private static Duration expires(String text) throws SignatureRejectedException {
    boolean isNumber = text.length() <= 6 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber || Integer.parseInt(text) > MAX_EXPIRES_SECONDS) {
      throw new SignatureRejectedException(
          INCOMPLETE_SIGNATURE,
          "X-Amz-Expires must be a number of seconds from 0 to " + MAX_EXPIRES_SECONDS);
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }

  private static String text(Instant time) {
    return BASIC.format(time);
  }
}
