// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import dev.millrace.e2e.history.LoggedCall;
import dev.millrace.e2e.history.LoggedCall.Delivery;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.Location;
import dev.millrace.e2e.history.LoggedCall.PutCall;
import dev.millrace.e2e.history.LoggedCall.PutOutcome.Stored;
import dev.millrace.e2e.history.LoggedCall.ReadRecord;
import dev.millrace.e2e.history.LoggedCall.ShardListing;
import dev.millrace.e2e.history.RecordLabel;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A history, arranged for the checks in one pass over its calls. */
final class CallHistory {
  /** A put that was acknowledged. */
  record StoredPut(PutCall call, Location at) {
    RecordLabel label() {
      return call.label();
    }

    BigInteger sequenceNumber() {
      return at.sequenceNumber();
    }
  }

  /** All that one reader received of one shard, in order. */
  record ReaderOfShard(String who, String shard) {}

  private final Map<RecordLabel, PutCall> puts = new HashMap<>();
  private final Map<String, List<StoredPut>> storedByShard = new LinkedHashMap<>();
  private final Map<ReaderOfShard, List<Delivery>> deliveries = new LinkedHashMap<>();
  private final List<ShardListing> listings = new ArrayList<>();
  private final Map<String, ListedShard> shards = new LinkedHashMap<>();
  private final Map<String, List<ReadRecord>> finalRead = new LinkedHashMap<>();

  CallHistory(List<LoggedCall> calls) {
    for (LoggedCall call : calls) {
      switch (call) {
        case PutCall put -> addPut(put);
        case Delivery delivery ->
            deliveries
                .computeIfAbsent(
                    new ReaderOfShard(delivery.who(), delivery.shard()), key -> new ArrayList<>())
                .add(delivery);
        case ShardListing listing -> {
          listings.add(listing);
          listing.shards().forEach(shard -> shards.putIfAbsent(shard.shard(), shard));
        }
        case LoggedCall.FailedCall failed -> {}
      }
    }
    for (String shard : parentsFirst()) {
      finalRead.put(
          shard,
          deliveries
              .getOrDefault(new ReaderOfShard(LoggedCall.FINAL_READER, shard), List.of())
              .stream()
              .flatMap(delivery -> delivery.records().stream())
              .toList());
    }
    // They are nearly in order already, which costs the sort no more than a pass.
    storedByShard
        .values()
        .forEach(stored -> stored.sort(Comparator.comparing(StoredPut::sequenceNumber)));
  }

  private void addPut(PutCall put) {
    PutCall before = puts.put(put.label(), put);
    if (before != null) {
      throw new IllegalArgumentException(put.label() + " was sent twice by the client");
    }
    if (put.outcome() instanceof Stored(Location at)) {
      storedByShard
          .computeIfAbsent(at.shard(), key -> new ArrayList<>())
          .add(new StoredPut(put, at));
    }
  }

  /** Every record that was sent, with its only put. */
  Map<RecordLabel, PutCall> puts() {
    return puts;
  }

  /** Acknowledged puts by shard, those of a shard in the order of their sequence numbers. */
  Map<String, List<StoredPut>> storedByShard() {
    return storedByShard;
  }

  /** What every reader received, in order. */
  Map<ReaderOfShard, List<Delivery>> deliveries() {
    return deliveries;
  }

  /** What the final reader received, shard by shard, parents before their children. */
  Map<String, List<ReadRecord>> finalRead() {
    return finalRead;
  }

  /** All listings in order. */
  List<ShardListing> listings() {
    return listings;
  }

  /** Every shard as it was listed first. */
  Map<String, ListedShard> shards() {
    return shards;
  }

  private List<String> parentsFirst() {
    Set<String> ordered = new HashSet<>();
    List<String> order = new ArrayList<>();
    Set<String> all = new HashSet<>(shards.keySet());
    deliveries.keySet().forEach(reader -> all.add(reader.shard()));
    all.stream().sorted().forEach(shard -> addAfterParents(shard, ordered, order));
    return order;
  }

  private void addAfterParents(String shard, Set<String> ordered, List<String> order) {
    if (ordered.add(shard)) {
      ListedShard listed = shards.get(shard);
      if (listed != null) {
        listed.parents().forEach(parent -> addAfterParents(parent, ordered, order));
      }
      order.add(shard);
    }
  }
}
