// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import java.time.Instant;
import java.util.Optional;

/**
 * Parses a starting position as GetShardIterator defines it: a type and the one member that belongs
 * to it.
 *
 * @param stream the stream, for error messages
 * @param shard the shard that a sequence number must come from
 * @param account for error messages
 */
public record StartingPositions(StreamDefinition stream, ShardDefinition shard, String account) {

  /**
   * Parses a position.
   *
   * @param type one of the five types
   * @param sequenceNumber the request's StartingSequenceNumber
   * @param timestamp the request's Timestamp
   */
  public Checked<StartingPosition> read(
      String type, Optional<String> sequenceNumber, Optional<Instant> timestamp, Instant now) {
    return switch (type) {
      case "TRIM_HORIZON" -> without(type, sequenceNumber, new StartingPosition.TrimHorizon());
      case "LATEST" -> without(type, sequenceNumber, new StartingPosition.Latest());
      case "AT_TIMESTAMP" ->
          without(type, sequenceNumber, timestamp).then(time -> atTimestamp(time, now));
      case "AT_SEQUENCE_NUMBER" ->
          number(type, sequenceNumber)
              .then(number -> Checked.good(new StartingPosition.AtSequenceNumber(number)));
      case "AFTER_SEQUENCE_NUMBER" ->
          number(type, sequenceNumber)
              .then(number -> Checked.good(new StartingPosition.AfterSequenceNumber(number)));
      default -> throw new IllegalArgumentException("validation passed the type " + type);
    };
  }

  private static <T> Checked<T> without(String type, Optional<String> sequenceNumber, T value) {
    return sequenceNumber.isPresent()
        ? Checked.bad(wrongCombination(type, "and also a StartingSequenceNumber"))
        : Checked.good(value);
  }

  private static KinesisError wrongCombination(String type, String found) {
    return KinesisError.invalidArgument(
        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified %s %s."
            .formatted(type, found));
  }

  private static Checked<StartingPosition> atTimestamp(Optional<Instant> timestamp, Instant now) {
    if (timestamp.isEmpty()) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter."));
    }
    if (timestamp.get().toEpochMilli() > now.toEpochMilli()) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: %d, currentTimestampInMillis: %d"
                  .formatted(timestamp.get().toEpochMilli(), now.toEpochMilli())));
    }
    return Checked.good(new StartingPosition.AtTimestamp(timestamp.get().toEpochMilli()));
  }

  private Checked<SequenceNumber> number(String type, Optional<String> text) {
    if (text.isEmpty()) {
      return Checked.bad(wrongCombination(type, "and no StartingSequenceNumber"));
    }
    // The smallest possible number is below that of every record.
    if (text.get().equals("0")) {
      return Checked.good(shard.startingSequenceNumber());
    }
    Optional<SequenceNumber> number = SequenceNumber.parse(text.get());
    if (number.isEmpty()) {
      return Checked.bad(KinesisError.invalidArgument(invalid(text.get(), "")));
    }
    if (!number.get().shard().equals(shard.id())) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "Invalid StartingSequenceNumber. It encodes %s, while it was used in a call to a shard with %s"
                  .formatted(number.get().shard(), shard.id())));
    }
    if (number.get().creationSecond() != shard.creationSecond()) {
      return Checked.bad(
          KinesisError.invalidArgument(
              invalid(text.get(), " because it did not come from this stream")));
    }
    return Checked.good(number.get());
  }

  private String invalid(String text, String why) {
    return "StartingSequenceNumber %s used in GetShardIterator on shard %s in stream %s under account %s is invalid%s."
        .formatted(text, shard.id(), stream.name(), account, why);
  }
}
