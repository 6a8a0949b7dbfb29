// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.HostedShard;
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

  /** What is assigned to its pod. */
  AssignedStream assignment(DesiredStream stream) {
    return new AssignedStream(
        stream.identity().streamId().toString(),
        stream.settings().retentionHours(),
        stream.limits(),
        shards.stream().flatMap(shard -> assigned(shard).stream()).toList());
  }

  /** A child that its leader has not opened yet is not assigned: only leaders open children. */
  private static Optional<AssignedShard> assigned(ObservedShard shard) {
    ShardSpec spec = shard.spec();
    return shard
        .creationSecond()
        .map(
            second ->
                new AssignedShard(
                    spec.shardId(),
                    spec.startingHashKey(),
                    spec.endingHashKey(),
                    Optional.ofNullable(spec.parentShardIds()).orElse(List.of()),
                    second));
  }

  /** What the set's pod reports of a shard, if it leads the group that hosts it. */
  Optional<HostedShard> hosted(ShardSpec shard) {
    return pod.flatMap(ObservedPod::report)
        .filter(PodReport::leads)
        .flatMap(report -> hosted(report, shard));
  }

  private static Optional<HostedShard> hosted(PodReport report, ShardSpec shard) {
    return report.shards().stream()
        .filter(
            hosted ->
                hosted.shardId().equals(shard.shardId())
                    && hosted.streamId().equals(shard.streamId()))
        .findFirst();
  }

  /** Whether the pod leads the group and reports the shard as open. */
  static boolean serves(PodReport report, ShardSpec shard) {
    return report.leads() && hosted(report, shard).isPresent();
  }
}
