// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Reads a stream with GetRecords, from the oldest record, parents before their children. Once it
 * may stop, it stops when a read of every shard that has not ended says that nothing is left.
 */
final class LoggingPoller implements Runnable {
  /** The service allows five reads a second of a shard, which two pollers share. */
  private static final Duration PAUSE = Duration.ofMillis(450);

  private final String name;
  private final KinesisClient kinesis;
  private final String stream;
  private final CallLog log;
  private final BooleanSupplier mayStop;

  LoggingPoller(
      String name, KinesisClient kinesis, String stream, CallLog log, BooleanSupplier mayStop) {
    this.name = name;
    this.kinesis = kinesis;
    this.stream = stream;
    this.log = log;
    this.mayStop = mayStop;
  }

  /** Where the reader is in a shard. */
  private static final class Cursor {
    private final String shard;
    private @Nullable String iterator;
    private Optional<String> last = Optional.empty();
    private boolean isDone;

    private Cursor(String shard) {
      this.shard = shard;
    }
  }

  @Override
  public void run() {
    ShardOrder order =
        new ShardOrder(log.insist(name, "ListShards", () -> Listings.all(kinesis, stream)));
    List<Cursor> cursors = new ArrayList<>();
    order.begin().forEach(shard -> cursors.add(new Cursor(shard)));
    while (!cursors.isEmpty()) {
      for (Cursor cursor : cursors) {
        poll(cursor, order);
      }
      cursors.removeIf(cursor -> cursor.isDone);
      order.begin().forEach(shard -> cursors.add(new Cursor(shard)));
      CallLog.pause(PAUSE);
    }
  }

  private void poll(Cursor cursor, ShardOrder order) {
    if (cursor.iterator == null) {
      cursor.iterator =
          log.attempt(name, "GetShardIterator", () -> kinesis.getShardIterator(from(cursor)))
              .map(answer -> answer.shardIterator())
              .orElse(null);
    }
    String iterator = cursor.iterator;
    if (iterator == null) {
      return;
    }
    boolean isLast = mayStop.getAsBoolean();
    long start = log.now();
    Optional<GetRecordsResponse> read =
        log.attempt(
            name, "GetRecords", () -> kinesis.getRecords(get -> get.shardIterator(iterator)));
    // After a failure, whatever it was, from the last record on.
    cursor.iterator = read.map(GetRecordsResponse::nextShardIterator).orElse(null);
    if (read.isEmpty()) {
      return;
    }
    GetRecordsResponse answer = read.get();
    boolean ended = answer.nextShardIterator() == null;
    log.add(
        new PolledRead(
            name,
            start,
            log.now(),
            cursor.shard,
            answer.millisBehindLatest(),
            ended
                ? Optional.of(answer.childShards().stream().map(ChildShard::shardId).toList())
                : Optional.empty(),
            answer.records().stream().map(LoggingPoller::logged).toList()));
    if (!answer.records().isEmpty()) {
      cursor.last = Optional.of(answer.records().getLast().sequenceNumber());
    }
    if (ended) {
      order.end(cursor.shard, answer.childShards());
    }
    cursor.isDone =
        ended || (isLast && answer.records().isEmpty() && answer.millisBehindLatest() == 0);
  }

  private GetShardIteratorRequest from(Cursor cursor) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder()
            .streamName(stream)
            .shardId(cursor.shard)
            .shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    cursor.last.ifPresent(
        last ->
            request
                .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .startingSequenceNumber(last));
    return request.build();
  }

  /** A record as it is logged. */
  static ReadRecord logged(Record record) {
    return new ReadRecord(
        new BigInteger(record.sequenceNumber()),
        RecordLabel.ofRecord(record.partitionKey(), record.data().asByteArray()));
  }
}
