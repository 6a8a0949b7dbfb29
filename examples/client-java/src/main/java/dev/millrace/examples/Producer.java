// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Puts ten records a second into the stream {@code STREAM} until it is stopped, and prints a line
 * for each: {@code put SHARD SEQUENCE-NUMBER KEY}. Endpoint, region and credentials come from the
 * environment, as for any program with the AWS SDK.
 */
public final class Producer {
  private static final int BATCH = 10;

  private Producer() {}

  public static void main(String[] arguments) throws InterruptedException {
    String stream = System.getenv("STREAM");
    try (KinesisClient kinesis = KinesisClient.create()) {
      for (int first = 0; ; first += BATCH) {
        put(
            kinesis,
            stream,
            IntStream.range(first, first + BATCH).mapToObj(Producer::entry).toList());
        Thread.sleep(1000);
      }
    }
  }

  private static PutRecordsRequestEntry entry(int number) {
    return PutRecordsRequestEntry.builder()
        .partitionKey("customer-" + number % 100)
        .data(SdkBytes.fromUtf8String("{\"number\": " + number + ", \"from\": \"java\"}"))
        .build();
  }

  /** PutRecords may accept some records and reject others, which are sent again. */
  private static void put(KinesisClient kinesis, String stream, List<PutRecordsRequestEntry> all)
      throws InterruptedException {
    List<PutRecordsRequestEntry> left = all;
    while (!left.isEmpty()) {
      List<PutRecordsRequestEntry> sent = left;
      PutRecordsResponse answer = kinesis.putRecords(put -> put.streamName(stream).records(sent));
      left = new ArrayList<>();
      for (int i = 0; i < sent.size(); i++) {
        PutRecordsResultEntry result = answer.records().get(i);
        if (result.errorCode() == null) {
          System.out.printf(
              "put %s %s %s%n",
              result.shardId(), result.sequenceNumber(), sent.get(i).partitionKey());
        } else {
          left.add(sent.get(i));
        }
      }
      if (!left.isEmpty()) {
        Thread.sleep(200);
      }
    }
  }
}
