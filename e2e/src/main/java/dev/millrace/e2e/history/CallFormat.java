// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.history;

import dev.millrace.e2e.history.LoggedCall.FailedCall;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.MaybeStored;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.NotStored;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.Stored;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.LoggedCall.ShardListing;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Calls as lines of words. The last line is {@code end} and the number of lines before it, so that
 * a log that has lost its beginning or its end is not mistaken for a whole one.
 */
public final class CallFormat {
  private static final String NONE = "-";
  private static final String END = "end";
  private static final Set<String> KINDS = Set.of("put", "read", "event", "shards", "failed", END);

  private CallFormat() {}

  /** Returns the last line of a log. */
  public static String lastLine(long lines) {
    return END + " " + lines;
  }

  /** Returns a call as a line. */
  public static String line(LoggedCall call) {
    String words =
        switch (call) {
          case PutCall put -> put.label() + " " + outcome(put.outcome());
          case PolledRead read ->
              "%s %d %s%s"
                  .formatted(
                      read.shard(),
                      read.millisBehind(),
                      ended(read.ended()),
                      records(read.records()));
          case PushedEvent event ->
              "%s %s %d %s%s"
                  .formatted(
                      event.shard(),
                      event.continuation().map(BigInteger::toString).orElse(NONE),
                      event.millisBehind(),
                      ended(event.ended()),
                      records(event.records()));
          case ShardListing listing ->
              listing.shards().stream().map(CallFormat::shard).collect(Collectors.joining(" "));
          case FailedCall failed -> failed.operation() + " " + failed.error();
        };
    return "%s %s %d %d %s".formatted(kind(call), call.who(), call.start(), call.end(), words);
  }

  private static String kind(LoggedCall call) {
    return switch (call) {
      case PutCall put -> "put";
      case PolledRead read -> "read";
      case PushedEvent event -> "event";
      case ShardListing listing -> "shards";
      case FailedCall failed -> "failed";
    };
  }

  private static String outcome(PutOutcome outcome) {
    return switch (outcome) {
      case Stored(Location at) -> "acknowledged " + at.shard() + " " + at.sequenceNumber();
      case NotStored(String error) -> "refused " + error;
      case MaybeStored(String error) -> "unknown " + error;
    };
  }

  private static String ended(Optional<List<String>> children) {
    return children.map(ids -> END + ":" + String.join(",", ids)).orElse(NONE);
  }

  private static String records(List<ReadRecord> records) {
    return records.stream()
        .map(record -> " " + record.sequenceNumber() + "=" + record.label())
        .collect(Collectors.joining());
  }

  private static String shard(ListedShard shard) {
    return "%s,%s,%s,%s,%s"
        .formatted(
            shard.shard(),
            shard.startingHashKey(),
            shard.endingHashKey(),
            shard.open() ? "open" : "closed",
            String.join("+", shard.parents()));
  }

  /**
   * Reads a whole log, and skips what the process printed beside it.
   *
   * @throws IllegalArgumentException if lines are missing
   */
  public static List<LoggedCall> parse(List<String> printed) {
    List<String> lines =
        printed.stream().filter(line -> KINDS.contains(line.split(" ", 2)[0])).toList();
    int last = lines.size() - 1;
    if (last < 0 || !lines.get(last).equals(lastLine(last))) {
      throw new IllegalArgumentException(
          "the log is not whole: it has %d lines, the last of which is %s"
              .formatted(lines.size(), last < 0 ? "missing" : "'" + lines.get(last) + "'"));
    }
    List<LoggedCall> calls = new ArrayList<>();
    for (String line : lines.subList(0, last)) {
      calls.add(parse(line));
    }
    return calls;
  }

  private static LoggedCall parse(String line) {
    String[] words = line.split(" ", -1);
    String who = words[1];
    long start = Long.parseLong(words[2]);
    long end = Long.parseLong(words[3]);
    return switch (words[0]) {
      case "put" -> new PutCall(who, start, end, RecordLabel.parse(words[4]), outcome(words));
      case "read" ->
          new PolledRead(
              who,
              start,
              end,
              words[4],
              Long.parseLong(words[5]),
              parseEnded(words[6]),
              parseRecords(words, 7));
      case "event" ->
          new PushedEvent(
              who,
              start,
              end,
              words[4],
              words[5].equals(NONE) ? Optional.empty() : Optional.of(new BigInteger(words[5])),
              Long.parseLong(words[6]),
              parseEnded(words[7]),
              parseRecords(words, 8));
      case "shards" ->
          new ShardListing(
              who, start, end, Arrays.stream(words).skip(4).map(CallFormat::parseShard).toList());
      case "failed" -> new FailedCall(who, start, end, words[4], words[5]);
      default -> throw new IllegalArgumentException("not a call: " + line);
    };
  }

  private static PutOutcome outcome(String[] words) {
    return switch (words[5]) {
      case "acknowledged" -> new Stored(new Location(words[6], new BigInteger(words[7])));
      case "refused" -> new NotStored(words[6]);
      case "unknown" -> new MaybeStored(words[6]);
      default -> throw new IllegalArgumentException("not an outcome: " + words[5]);
    };
  }

  private static Optional<List<String>> parseEnded(String word) {
    return word.equals(NONE)
        ? Optional.empty()
        : Optional.of(ids(word.substring(END.length() + 1), ","));
  }

  private static List<String> ids(String joined, String separator) {
    return joined.isEmpty() ? List.of() : List.of(joined.split("\\" + separator, -1));
  }

  private static List<ReadRecord> parseRecords(String[] words, int from) {
    return Arrays.stream(words)
        .skip(from)
        .map(word -> word.split("=", 2))
        .map(parts -> new ReadRecord(new BigInteger(parts[0]), RecordLabel.parse(parts[1])))
        .toList();
  }

  private static ListedShard parseShard(String word) {
    String[] parts = word.split(",", -1);
    return new ListedShard(
        parts[0],
        new BigInteger(parts[1]),
        new BigInteger(parts[2]),
        parts[3].equals("open"),
        ids(parts[4], "+"));
  }
}
