// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Reads the stream {@code STREAM} from its oldest record until it is stopped, and prints a line for
 * each record: {@code got SHARD SEQUENCE-NUMBER DATA}. It keeps no checkpoint: after a restart it
 * begins again. For checkpoints and for several workers use the Kinesis Client Library.
 */
public final class Consumer {
  /** A shard allows five reads a second. */
  private static final int PAUSE_MILLIS = 200;

  private final KinesisClient kinesis;
  private final String stream;
  private final ParentsFirst order = new ParentsFirst();

  /** The next iterator of each shard that is being read. */
  private final Map<String, String> iterators = new LinkedHashMap<>();

  private Consumer(KinesisClient kinesis, String stream) {
    this.kinesis = kinesis;
    this.stream = stream;
  }

  public static void main(String[] arguments) throws InterruptedException {
    try (KinesisClient kinesis = KinesisClient.create()) {
      new Consumer(kinesis, System.getenv("STREAM")).run();
    }
  }

  private void run() throws InterruptedException {
    ParentsFirst.first(kinesis, stream).forEach(this::begin);
    while (true) {
      List.copyOf(iterators.keySet()).forEach(this::read);
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void begin(String shard) {
    String iterator =
        kinesis
            .getShardIterator(
                get ->
                    get.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    iterators.put(shard, iterator);
  }

  private void read(String shard) {
    GetRecordsResponse answer = kinesis.getRecords(get -> get.shardIterator(iterators.get(shard)));
    for (Record record : answer.records()) {
      System.out.printf(
          "got %s %s %s%n", shard, record.sequenceNumber(), record.data().asUtf8String());
    }
    if (answer.nextShardIterator() != null) {
      iterators.put(shard, answer.nextShardIterator());
    } else {
      iterators.remove(shard);
      order.after(shard, answer.childShards()).forEach(this::begin);
    }
  }
}
