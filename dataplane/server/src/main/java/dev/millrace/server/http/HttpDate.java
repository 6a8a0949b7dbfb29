package dev.millrace.server.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The text of the {@code Date} header, made once a second. Callable from any thread. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private record Made(long second, String text) {}

  private final InstantSource clock;
  private volatile Made last = new Made(-1, "");

  HttpDate(InstantSource clock) {
    this.clock = clock;
  }

  /** The present time as HTTP writes it. */
  String text() {
    Instant now = clock.instant();
    Made made = last;
    if (made.second() != now.getEpochSecond()) {
      made = new Made(now.getEpochSecond(), FORMAT.format(now));
      last = made;
    }
    return made.text();
  }
}
