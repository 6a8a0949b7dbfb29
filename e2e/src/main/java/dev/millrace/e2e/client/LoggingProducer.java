// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Puts records, and waits for the outcome of each put before the next. Sends no record twice, so
 * that a double is the service's.
 *
 * @param batch records of a call: 1 for PutRecord, more for PutRecords
 * @param pause between two calls
 * @param mostRecords that are sent
 */
record LoggingProducer(
    String name,
    KinesisClient kinesis,
    String stream,
    CallLog log,
    int batch,
    Duration pause,
    int mostRecords,
    BooleanSupplier stopped)
    implements Runnable {
  /** All producers use the same keys, each with counters of its own. More than a batch. */
  private static final int KEYS = 20;

  private static final int FIRST_SERVER_ERROR = 500;
  private static final String THROTTLED = "ProvisionedThroughputExceededException";

  @Override
  public void run() {
    for (int sent = 0; sent + batch <= mostRecords && !stopped.getAsBoolean(); sent += batch) {
      List<RecordLabel> labels = new ArrayList<>();
      for (int i = sent; i < sent + batch; i++) {
        labels.add(new RecordLabel(name, "key-" + i % KEYS, i / KEYS + 1));
      }
      long start = log.now();
      List<PutOutcome> outcomes = put(labels);
      long end = log.now();
      for (int i = 0; i < batch; i++) {
        log.add(new PutCall(name, start, end, labels.get(i), outcomes.get(i)));
      }
      CallLog.pause(pause);
    }
  }

  private List<PutOutcome> put(List<RecordLabel> labels) {
    try {
      return batch == 1 ? List.of(putOne(labels.getFirst())) : putAll(labels);
    } catch (SdkException e) {
      String error = CallLog.word(e);
      PutOutcome outcome =
          e instanceof SdkServiceException service && service.statusCode() < FIRST_SERVER_ERROR
              ? new PutOutcome.NotStored(error)
              : new PutOutcome.MaybeStored(error);
      return labels.stream().map(label -> outcome).toList();
    }
  }

  private PutOutcome putOne(RecordLabel label) {
    PutRecordResponse answer =
        kinesis.putRecord(
            put ->
                put.streamName(stream)
                    .partitionKey(label.key())
                    .data(SdkBytes.fromByteArray(label.data())));
    return stored(answer.shardId(), answer.sequenceNumber());
  }

  private List<PutOutcome> putAll(List<RecordLabel> labels) {
    List<PutRecordsRequestEntry> entries =
        labels.stream()
            .map(
                label ->
                    PutRecordsRequestEntry.builder()
                        .partitionKey(label.key())
                        .data(SdkBytes.fromByteArray(label.data()))
                        .build())
            .toList();
    PutRecordsResponse answer = kinesis.putRecords(put -> put.streamName(stream).records(entries));
    return answer.records().stream().map(LoggingProducer::outcome).toList();
  }

  private static PutOutcome outcome(PutRecordsResultEntry result) {
    String error = result.errorCode();
    if (error == null) {
      return stored(result.shardId(), result.sequenceNumber());
    }
    return error.equals(THROTTLED)
        ? new PutOutcome.NotStored(error)
        : new PutOutcome.MaybeStored(error);
  }

  private static PutOutcome stored(String shard, String sequenceNumber) {
    return new PutOutcome.Stored(new Location(shard, new BigInteger(sequenceNumber)));
  }
}
