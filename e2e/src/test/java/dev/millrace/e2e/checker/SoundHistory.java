// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.LoggedCall.ShardListing;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Makes the history of a stream that keeps its promises: shard 0 is split into 1 and 2, which are
 * merged into 3, while three producers put, and some of their puts fail.
 */
final class SoundHistory {
  static final String POLLER = "poller";
  static final String SUBSCRIBER = "subscriber";
  static final int READ_RECORDS = 5;

  private static final int PUTS_PER_SHAPE = 200;
  private static final BigInteger LAST_HASH_KEY =
      BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
  private static final BigInteger MIDDLE = BigInteger.ONE.shiftLeft(127);

  private final Random random;
  private final List<LoggedCall> calls = new ArrayList<>();
  private final Map<String, List<ReadRecord>> records = new LinkedHashMap<>();
  private final Map<String, Long> counters = new HashMap<>();
  private final List<ListedShard> shards = new ArrayList<>();
  private BigInteger number = BigInteger.TWO.pow(180);
  private long time;

  private SoundHistory(long seed) {
    random = new Random(seed);
  }

  static List<LoggedCall> of(long seed) {
    SoundHistory history = new SoundHistory(seed);
    history.run();
    return List.copyOf(history.calls);
  }

  private void run() {
    shape(new ListedShard("0", BigInteger.ZERO, LAST_HASH_KEY, true, List.of()));
    shape(
        new ListedShard("1", BigInteger.ZERO, MIDDLE.subtract(BigInteger.ONE), true, List.of("0")),
        new ListedShard("2", MIDDLE, LAST_HASH_KEY, true, List.of("0")));
    shape(new ListedShard("3", BigInteger.ZERO, LAST_HASH_KEY, true, List.of("1", "2")));
    records.keySet().forEach(shard -> read(LoggedCall.FINAL_READER, shard));
  }

  /** A reshard into the given shards, puts to them, and the readers that follow. */
  private void shape(ListedShard... open) {
    shards.replaceAll(
        shard ->
            new ListedShard(
                shard.shard(),
                shard.startingHashKey(),
                shard.endingHashKey(),
                false,
                shard.parents()));
    for (ListedShard shard : open) {
      shards.add(shard);
      recordsOf(shard.shard());
    }
    list();
    for (int i = 0; i < PUTS_PER_SHAPE; i++) {
      put(open);
    }
    list();
    for (ListedShard shard : open) {
      read(POLLER, shard.shard());
      subscribe(shard.shard());
    }
  }

  private List<ReadRecord> recordsOf(String shard) {
    return records.computeIfAbsent(shard, key -> new ArrayList<>());
  }

  private void list() {
    time += 10;
    calls.add(new ShardListing("lister", time, time + 5, List.copyOf(shards)));
  }

  private void put(ListedShard... open) {
    String producer = "p" + random.nextInt(3);
    String key = "k" + random.nextInt(8);
    RecordLabel label =
        new RecordLabel(producer, key, counters.merge(producer + key, 1L, Long::sum));
    BigInteger hashKey = ReshardChecks.hashKey(key);
    String shard = "";
    for (ListedShard one : open) {
      if (hashKey.compareTo(one.startingHashKey()) >= 0
          && hashKey.compareTo(one.endingHashKey()) <= 0) {
        shard = one.shard();
      }
    }
    // Some overlap with those before.
    time += 1 + random.nextInt(3);
    int chance = random.nextInt(20);
    PutOutcome outcome;
    if (chance == 0) {
      outcome = new PutOutcome.NotStored("ProvisionedThroughputExceededException");
    } else if (chance == 1) {
      outcome = new PutOutcome.MaybeStored("SdkClientException");
    } else {
      number = number.add(BigInteger.TEN);
      recordsOf(shard).add(new ReadRecord(number, label));
      outcome =
          chance == 2
              ? new PutOutcome.MaybeStored("InternalFailureException")
              : new PutOutcome.Stored(new Location(shard, number));
    }
    calls.add(new PutCall(producer, time, time + 2, label, outcome));
  }

  private void read(String who, String shard) {
    List<ReadRecord> all = recordsOf(shard);
    for (int from = 0; from <= all.size(); from += READ_RECORDS) {
      int to = Math.min(from + READ_RECORDS, all.size());
      time += 10;
      boolean last = from + READ_RECORDS > all.size();
      calls.add(
          new PolledRead(
              who,
              time,
              time + 5,
              shard,
              last ? 0 : 100,
              last ? children(shard) : Optional.empty(),
              List.copyOf(all.subList(from, to))));
    }
  }

  private void subscribe(String shard) {
    List<ReadRecord> all = recordsOf(shard);
    for (int from = 0; from <= all.size(); from += READ_RECORDS) {
      int to = Math.min(from + READ_RECORDS, all.size());
      time += 10;
      boolean last = from + READ_RECORDS > all.size();
      Optional<List<String>> ended = last ? children(shard) : Optional.empty();
      calls.add(
          new PushedEvent(
              SUBSCRIBER,
              time,
              time + 5,
              shard,
              ended.isPresent()
                  ? Optional.empty()
                  : Optional.of(all.get(Math.max(to - 1, 0)).sequenceNumber()),
              last ? 0 : 100,
              ended,
              List.copyOf(all.subList(from, to))));
    }
  }

  private static Optional<List<String>> children(String shard) {
    return switch (shard) {
      case "0" -> Optional.of(List.of("1", "2"));
      case "1", "2" -> Optional.of(List.of("3"));
      default -> Optional.empty();
    };
  }
}
