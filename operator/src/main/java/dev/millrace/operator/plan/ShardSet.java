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
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ResourceNames;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The shards that share a StatefulSet and a Raft group: what its pods should host, and what was
 * observed. A StatefulSet may have several groups; what is said of pods here is said of their
 * members of this one.
 *
 * @param id which group of which StatefulSet
 * @param replicas number of its pods, each of which hosts all of the shards
 * @param specs the shards, in the order of their ids
 * @param shards their objects, as far as they were observed
 * @param pods those of its pods that exist, by name
 * @param foreign whether an object of another owner has one of its names; the set is then left
 *     alone
 */
record ShardSet(
    GroupName id,
    int replicas,
    List<ShardSpec> specs,
    List<ObservedShard> shards,
    Map<String, ObservedPod> pods,
    boolean foreign) {

  static ShardSet of(
      GroupName id,
      int replicas,
      List<ShardSpec> specs,
      Map<String, ObservedShard> seen,
      Map<String, ObservedPod> pods,
      boolean foreign) {
    return new ShardSet(
        id,
        replicas,
        specs,
        specs.stream()
            .flatMap(spec -> Optional.ofNullable(seen.get(spec.shardId())).stream())
            .toList(),
        ResourceNames.pods(id.shardSet(), replicas).stream()
            .flatMap(pod -> Optional.ofNullable(pods.get(pod)).stream())
            .map(pod -> pod.member(id.number()))
            .collect(Collectors.toMap(ObservedPod::name, Function.identity())),
        foreign);
  }

  /** The name of the StatefulSet. */
  String name() {
    return id.shardSet();
  }

  /** The names of its pods, in order. */
  List<String> podNames() {
    return ResourceNames.pods(name(), replicas);
  }

  /** The pod with a name, if it exists. */
  Optional<ObservedPod> pod(String pod) {
    return Optional.ofNullable(pods.get(pod));
  }

  /** The pod that leads the group. One that was deposed and does not know it has an older term. */
  Optional<ObservedPod> leader() {
    return pods.values().stream()
        .filter(pod -> pod.report().filter(PodReport::leads).isPresent())
        .max(
            Comparator.comparing((ObservedPod pod) -> pod.report().orElseThrow().term())
                .thenComparing(ObservedPod::name));
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

  /** What is assigned to its pods. */
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

  /** What the pod reports of a shard that leads the group which hosts it. */
  Optional<HostedShard> hosted(ShardSpec shard) {
    return leader().flatMap(ObservedPod::report).flatMap(report -> hosted(report, shard));
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
