// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.Delivery;
import dev.millrace.e2e.history.LoggedCall.FailedCall;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.Stored;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.LoggedCall.ShardListing;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Changes a history into that of a service with a fault. */
final class PlantedBug {
  private PlantedBug() {}

  static List<LoggedCall> puts(List<LoggedCall> history, UnaryOperator<PutCall> change) {
    return history.stream()
        .map(call -> call instanceof PutCall put ? change.apply(put) : call)
        .toList();
  }

  static List<LoggedCall> listings(
      List<LoggedCall> history, UnaryOperator<List<ListedShard>> change) {
    return history.stream()
        .map(
            call ->
                call instanceof ShardListing listing
                    ? new ShardListing(
                        listing.who(),
                        listing.start(),
                        listing.end(),
                        change.apply(new ArrayList<>(listing.shards())))
                    : call)
        .toList();
  }

  /** Changes the records of deliveries, for one reader or for all. */
  static List<LoggedCall> reads(
      List<LoggedCall> history, Predicate<String> who, UnaryOperator<List<ReadRecord>> change) {
    return history.stream()
        .map(
            call ->
                call instanceof Delivery delivery && who.test(delivery.who())
                    ? with(delivery, change.apply(new ArrayList<>(delivery.records())))
                    : call)
        .toList();
  }

  static Delivery with(Delivery delivery, List<ReadRecord> records) {
    return switch (delivery) {
      case PolledRead read ->
          new PolledRead(
              read.who(),
              read.start(),
              read.end(),
              read.shard(),
              read.millisBehind(),
              read.ended(),
              records);
      case PushedEvent event ->
          new PushedEvent(
              event.who(),
              event.start(),
              event.end(),
              event.shard(),
              event.continuation(),
              event.millisBehind(),
              event.ended(),
              records);
    };
  }

  static UnaryOperator<List<ReadRecord>> drop(RecordLabel label) {
    return records -> records.stream().filter(record -> !record.label().equals(label)).toList();
  }

  /** Inserts a record before the one that has a label. */
  static UnaryOperator<List<ReadRecord>> insertBefore(RecordLabel label, ReadRecord inserted) {
    return records -> {
      List<ReadRecord> changed = new ArrayList<>();
      for (ReadRecord record : records) {
        if (record.label().equals(label)) {
          changed.add(inserted);
        }
        changed.add(record);
      }
      return changed;
    };
  }

  static UnaryOperator<List<ReadRecord>> swapLabels(RecordLabel one, RecordLabel other) {
    return records ->
        records.stream()
            .map(
                record ->
                    new ReadRecord(record.sequenceNumber(), swapped(record.label(), one, other)))
            .toList();
  }

  static RecordLabel swapped(RecordLabel label, RecordLabel one, RecordLabel other) {
    return label.equals(one) ? other : label.equals(other) ? one : label;
  }

  /** Swaps two records, numbers included, that were read together. */
  static UnaryOperator<List<ReadRecord>> swapPlaces(RecordLabel one, RecordLabel other) {
    return records -> {
      List<RecordLabel> labels = records.stream().map(ReadRecord::label).toList();
      if (labels.containsAll(Set.of(one, other))) {
        Collections.swap(records, labels.indexOf(one), labels.indexOf(other));
      }
      return records;
    };
  }

  static UnaryOperator<List<ReadRecord>> renumber(RecordLabel label, BigInteger number) {
    return records ->
        records.stream()
            .map(record -> record.label().equals(label) ? new ReadRecord(number, label) : record)
            .toList();
  }

  static UnaryOperator<PutCall> outcome(RecordLabel label, PutOutcome outcome) {
    return put ->
        put.label().equals(label)
            ? new PutCall(put.who(), put.start(), put.end(), label, outcome)
            : put;
  }

  static UnaryOperator<PutCall> times(RecordLabel label, long start, long end) {
    return put ->
        put.label().equals(label) ? new PutCall(put.who(), start, end, label, put.outcome()) : put;
  }

  static UnaryOperator<PutCall> relabel(RecordLabel one, RecordLabel other) {
    return put ->
        new PutCall(
            put.who(), put.start(), put.end(), swapped(put.label(), one, other), put.outcome());
  }

  /** The acknowledged puts to a shard in the order of their sequence numbers. */
  static List<PutCall> storedIn(List<LoggedCall> history, String shard) {
    return history.stream()
        .flatMap(call -> call instanceof PutCall put ? Stream.of(put) : Stream.empty())
        .filter(put -> location(put).map(Location::shard).filter(shard::equals).isPresent())
        .toList();
  }

  static Optional<Location> location(PutCall put) {
    return put.outcome() instanceof Stored(Location at) ? Optional.of(at) : Optional.empty();
  }

  static BigInteger number(PutCall put) {
    return location(put).orElseThrow().sequenceNumber();
  }

  /** A call that failed and changes nothing. */
  static LoggedCall failed() {
    return new FailedCall("poller", 1, 2, "GetRecords", "SdkClientException");
  }
}
