// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import java.util.List;
import java.util.Optional;

/**
 * A Shard object of a stream.
 *
 * @param name its {@code metadata.name}
 * @param resourceVersion version that a change of its status replaces
 * @param spec its definition
 * @param status its state; all components are null if it has none yet
 */
public record ObservedShard(
    String name, String resourceVersion, ShardSpec spec, ShardStatus status) {

  /** The shard, as fronts list it once its generation is published. */
  public BornShard born() {
    return new BornShard(
        ShardId.parse(spec.shardId()).orElseThrow(),
        new HashKeyRange(
            HashKey.parse(spec.startingHashKey()).orElseThrow(),
            HashKey.parse(spec.endingHashKey()).orElseThrow()),
        Optional.ofNullable(spec.parentShardIds()).orElse(List.of()).stream()
            .map(parent -> ShardId.parse(parent).orElseThrow())
            .toList(),
        bornIn(),
        isVirtual(),
        creationSecond());
  }

  /** Generation of the set of shards in which it was born. */
  public long bornIn() {
    return Optional.ofNullable(spec.bornIn()).orElse(1L);
  }

  /** Whether it only exists in listings. */
  public boolean isVirtual() {
    return spec.shardSet() == null;
  }

  /** Its creation second; empty for a child that is not open yet. */
  public Optional<Long> creationSecond() {
    return Optional.ofNullable(spec.creationSecond())
        .or(() -> Optional.ofNullable(status.creationSecond()));
  }

  /** Whether it was split or merged. */
  public boolean isClosed() {
    return status.closedIn() != null;
  }

  /** Whether the gateways regard it as open. */
  public boolean isOpen() {
    return status.phase() == Phase.OPEN;
  }

  /** Whether it was ever open. An address is published when a shard opens and is never removed. */
  public boolean wasOpen() {
    return isOpen() || status.phase() == Phase.UNAVAILABLE || status.address() != null;
  }
}
