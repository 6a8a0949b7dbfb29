// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The value of the {@code Date} header, formatted once a second. Callable from any thread. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private record Formatted(long second, String text) {}

  private final InstantSource clock;
  private volatile Formatted last = new Formatted(-1, "");

  HttpDate(InstantSource clock) {
    this.clock = clock;
  }

  /** The current time in the format of HTTP. */
  String text() {
    Instant now = clock.instant();
    Formatted formatted = last;
    if (formatted.second() != now.getEpochSecond()) {
      formatted = new Formatted(now.getEpochSecond(), FORMAT.format(now));
      last = formatted;
    }
    return formatted.text();
  }
}
