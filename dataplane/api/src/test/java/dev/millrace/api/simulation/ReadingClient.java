// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one shard after the other: from TRIM_HORIZON, or from LATEST. */
final class ReadingClient {
  private static final int MOST_RECORDS = 5;

  private final World world;
  private final GroupHistory history;
  private final FrontCalls calls;
  private final FrontCatalogue catalogue;
  private final boolean readsFromLatest;
  private final Map<ShardRef, Long> positions = new HashMap<>();

  ReadingClient(
      World world,
      GroupHistory history,
      FrontCalls calls,
      FrontCatalogue catalogue,
      boolean readsFromLatest) {
    this.world = world;
    this.history = history;
    this.calls = calls;
    this.catalogue = catalogue;
    this.readsFromLatest = readsFromLatest;
  }

  void next() {
    List<ShardDefinition> shards =
        catalogue.stream().shards().stream().filter(shard -> !shard.isVirtual()).toList();
    ShardDefinition shard = shards.get(world.random().nextInt(shards.size()));
    ShardRef ref = catalogue.stream().ref(shard.id());
    if (readsFromLatest && (!positions.containsKey(ref) || world.chance(20))) {
      find(ref);
    } else {
      read(ref, positions.getOrDefault(ref, 0L));
    }
  }

  private void find(ShardRef shard) {
    long begun = history.next();
    calls
        .find(shard, new StartingPosition.Latest())
        .whenComplete(
            (found, failure) -> {
              if (failure == null && found.isPresent()) {
                positions.put(shard, found.get());
                history.latest(new GroupHistory.LatestFound(shard, found.get(), begun));
              }
              later();
            });
  }

  private void read(ShardRef shard, long from) {
    long begun = history.next();
    calls
        .read(shard, from, MOST_RECORDS, 1 << 20, found -> found)
        .whenComplete(
            (found, failure) -> {
              if (found instanceof ReadResult.RecordPage page) {
                positions.put(shard, page.nextPosition());
                history.read(
                    new GroupHistory.Read(
                        shard,
                        from,
                        page.nextPosition(),
                        texts(page.records()),
                        page.atTip(),
                        begun));
              }
              later();
            });
  }

  private void later() {
    world.time().later(world.between(10, 300), this::next);
  }

  private static SortedMap<Long, String> texts(List<StoredRecord> records) {
    SortedMap<Long, String> texts = new TreeMap<>();
    records.forEach(
        record ->
            texts.put(
                record.position(),
                StandardCharsets.UTF_8.decode(record.data().duplicate()).toString()));
    return texts;
  }
}
