// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Reads shards from their oldest record to the tip or, if they are closed, to their end. */
public final class ShardReading {
  private ShardReading() {}

  /** The ids of all shards of a stream. */
  public static List<String> shards(KinesisClient client, String stream) {
    List<String> ids = new ArrayList<>();
    var page = client.listShards(request -> request.streamName(stream));
    page.shards().stream().map(Shard::shardId).forEach(ids::add);
    while (page.nextToken() != null) {
      String token = page.nextToken();
      page = client.listShards(request -> request.nextToken(token));
      page.shards().stream().map(Shard::shardId).forEach(ids::add);
    }
    return ids;
  }

  /** Passes every record of a shard, in order, to a consumer. */
  static void each(KinesisClient client, String stream, String shard, Consumer<Record> reader) {
    String iterator =
        client
            .getShardIterator(
                request ->
                    request
                        .streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    GetRecordsResponse answer;
    do {
      String now = iterator;
      answer = client.getRecords(request -> request.shardIterator(now));
      answer.records().forEach(reader);
      iterator = answer.nextShardIterator();
      // At the end of a closed shard there is no next iterator.
    } while (iterator != null && (!answer.records().isEmpty() || answer.millisBehindLatest() > 0));
  }

  /** Every record of a shard. */
  public static List<Record> all(KinesisClient client, String stream, String shard) {
    List<Record> records = new ArrayList<>();
    each(client, stream, shard, records::add);
    return records;
  }
}
