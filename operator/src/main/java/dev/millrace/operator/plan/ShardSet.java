// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodReport;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ResourceNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shards that share a StatefulSet: what its pod should host, and what was observed.
 *
 * @param name name of the StatefulSet
 * @param specs the shards, in the order of their ids
 * @param shards their objects, as far as they were observed
 * @param pod its pod, if it exists
 * @param foreign whether an object of another owner has one of its names; the set is then left
 *     alone
 */
record ShardSet(
    String name,
    List<ShardSpec> specs,
    List<ObservedShard> shards,
    Optional<ObservedPod> pod,
    boolean foreign) {

  static ShardSet of(
      String name,
      List<ShardSpec> specs,
      Map<String, ObservedShard> seen,
      Map<String, ObservedPod> pods,
      boolean foreign) {
    return new ShardSet(
        name,
        specs,
        specs.stream()
            .flatMap(spec -> Optional.ofNullable(seen.get(spec.shardId())).stream())
            .toList(),
        Optional.ofNullable(pods.get(ResourceNames.pod(name))),
        foreign);
  }

  /** Whether all of its Shard objects were observed. */
  boolean isWhole() {
    return shards.size() == specs.size();
  }

  /** Whether one of its shards was ever open. */
  boolean wasOpen() {
    return shards.stream().anyMatch(ObservedShard::wasOpen);
  }

  /** The message of a loss that its Shards already show. */
  Optional<String> publishedLoss() {
    return shards.stream()
        .map(ObservedShard::status)
        .filter(status -> status.phase() == ShardStatus.Phase.LOST)
        .flatMap(status -> Optional.ofNullable(status.message()).stream())
        .findFirst();
  }

  /** The assignment of its pod. */
  PodAssignment assignment(DesiredStream stream) {
    return new PodAssignment(
        stream.identity().streamId().toString(),
        stream.retentionPeriodHours(),
        stream.limits(),
        specs.stream().map(ShardSet::assigned).toList());
  }

  private static AssignedShard assigned(ShardSpec shard) {
    return new AssignedShard(
        shard.shardId(),
        shard.startingHashKey(),
        shard.endingHashKey(),
        Optional.ofNullable(shard.parentShardIds()).orElse(List.of()),
        shard.creationSecond());
  }

  /** Whether the pod leads the group and reports the shard as open. */
  static boolean serves(PodReport report, ShardSpec shard) {
    return report.leads()
        && report.shards().stream()
            .anyMatch(
                hosted ->
                    hosted.shardId().equals(shard.shardId())
                        && hosted.streamId().equals(shard.streamId()));
  }
}
