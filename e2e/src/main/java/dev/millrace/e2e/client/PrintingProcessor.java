// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Prints what the Kinesis Client Library does with one shard, and takes a checkpoint after each
 * batch. Times are in milliseconds since 1970:
 *
 * <ul>
 *   <li>{@code begin SHARD TIME}: the worker has the shard's lease
 *   <li>{@code processed SHARD SEQUENCE-NUMBER KEY COUNTER HASH ARRIVAL TIME}: one record; COUNTER
 *       is the last word of its data, see {@link PutsAndGets}
 *   <li>{@code end SHARD TIME}: all records of the shard have been processed
 *   <li>{@code lost SHARD TIME}: another worker has the lease now
 * </ul>
 */
final class PrintingProcessor implements ShardRecordProcessor {
  private final PrintStream out;
  private String shard = "";

  PrintingProcessor(PrintStream out) {
    this.out = out;
  }

  @Override
  public void initialize(InitializationInput input) {
    shard = input.shardId();
    printLine("begin");
  }

  @Override
  public void processRecords(ProcessRecordsInput input) {
    input.records().forEach(this::printRecord);
    checkpoint(input.checkpointer());
  }

  private void printRecord(KinesisClientRecord record) {
    SdkBytes data = SdkBytes.fromByteBuffer(record.data());
    String text = data.asString(StandardCharsets.UTF_8);
    out.printf(
        "processed %s %s %s %s %s %d %d%n",
        shard,
        record.sequenceNumber(),
        record.partitionKey(),
        text.substring(text.lastIndexOf(' ') + 1),
        PutsAndGets.hash(data),
        record.approximateArrivalTimestamp().toEpochMilli(),
        System.currentTimeMillis());
  }

  @Override
  public void leaseLost(LeaseLostInput input) {
    printLine("lost");
  }

  /** Prints before the checkpoint, which is what lets children begin. */
  @Override
  public void shardEnded(ShardEndedInput input) {
    printLine("end");
    checkpoint(input.checkpointer());
  }

  @Override
  public void shutdownRequested(ShutdownRequestedInput input) {
    checkpoint(input.checkpointer());
  }

  private void checkpoint(RecordProcessorCheckpointer checkpointer) {
    try {
      checkpointer.checkpoint();
    } catch (ShutdownException e) {
      // The lease has gone to another worker, which begins at the last checkpoint.
      printLine("lost");
    } catch (InvalidStateException e) {
      throw new IllegalStateException("the lease table is not as the library made it", e);
    }
  }

  private void printLine(String word) {
    out.printf("%s %s %d%n", word, shard, System.currentTimeMillis());
  }
}
