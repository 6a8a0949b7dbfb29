// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.ShardListing;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Lists the shards of a stream again and again. */
record Listings(
    String name, KinesisClient kinesis, String stream, CallLog log, BooleanSupplier stopped)
    implements Runnable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Override
  public void run() {
    boolean isLast;
    do {
      isLast = stopped.getAsBoolean();
      long start = log.now();
      List<Shard> shards =
          isLast
              ? log.insist(name, "ListShards", () -> all(kinesis, stream))
              : log.attempt(name, "ListShards", () -> all(kinesis, stream)).orElse(List.of());
      if (!shards.isEmpty()) {
        log.add(
            new ShardListing(
                name, start, log.now(), shards.stream().map(Listings::logged).toList()));
      }
      CallLog.pause(PAUSE);
    } while (!isLast);
  }

  /** All pages. */
  static List<Shard> all(KinesisClient kinesis, String stream) {
    List<Shard> shards = new ArrayList<>();
    ListShardsResponse page = kinesis.listShards(list -> list.streamName(stream));
    shards.addAll(page.shards());
    while (page.nextToken() != null) {
      String token = page.nextToken();
      page = kinesis.listShards(list -> list.nextToken(token));
      shards.addAll(page.shards());
    }
    return shards;
  }

  private static ListedShard logged(Shard shard) {
    return new ListedShard(
        shard.shardId(),
        new BigInteger(shard.hashKeyRange().startingHashKey()),
        new BigInteger(shard.hashKeyRange().endingHashKey()),
        shard.sequenceNumberRange().endingSequenceNumber() == null,
        ShardOrder.parentsOf(shard));
  }
}
