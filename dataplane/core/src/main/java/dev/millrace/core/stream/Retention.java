// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Applies a stream's retention period at a given time. Pure.
 *
 * @param stream the stream
 * @param nowMillis epoch milliseconds
 */
public record Retention(StreamDefinition stream, long nowMillis) {

  /** Records that arrived before it are past retention; epoch milliseconds. */
  public long horizonMillis() {
    return nowMillis - TimeUnit.HOURS.toMillis(stream.settings().retentionHours());
  }

  /** The shards that may contain records to trim. */
  public List<ShardDefinition> trimmable() {
    return stream.shards().stream().filter(shard -> !shard.isVirtual()).toList();
  }

  /** The shards that closed before the horizon, so that all their records are past retention. */
  public List<ShardDefinition> expired() {
    long second = Math.floorDiv(horizonMillis(), 1000L);
    return stream.shards().stream()
        .filter(shard -> shard.closing().map(end -> end.second() < second).orElse(false))
        .toList();
  }

  /** The stream without its expired shards; empty when there are none. */
  public Optional<StreamDefinition> withoutExpired() {
    return expired().isEmpty()
        ? Optional.empty()
        : Optional.of(stream.withoutShardsClosedBefore(Math.floorDiv(horizonMillis(), 1000L)));
  }
}
