// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.crds.ShardSpec;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ResourceNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parts of a reshard whose Shards all exist, with what the pods report of them.
 *
 * @param parts independent of each other
 */
record ReshardParts(List<Part> parts) {
  ReshardParts {
    parts = List.copyOf(parts);
  }

  /**
   * A part.
   *
   * @param closing in the order of their ids; the leader of the first coordinates
   * @param born in the order of their ids, parents before children
   */
  record Part(List<Sighting> closing, List<Sighting> born) {

    /** The new shards that records are written to. */
    List<Sighting> opening() {
      return born.stream().filter(sighting -> !sighting.shard().isVirtual()).toList();
    }

    /** Whether all of its shards are sealed or open as planned. */
    boolean isDone() {
      return closing.stream().allMatch(Sighting::isSealed)
          && opening().stream().allMatch(Sighting::isOpen);
    }

    /** The creation second of its new shards, once they are open. */
    long creationSecond() {
      return opening().getFirst().report().orElseThrow().creationSecond();
    }

    /** The plan as the coordinator gets it. */
    ReshardPlan plan(String streamId, long generation, ResourceNames names) {
      return new ReshardPlan(
          streamId,
          generation,
          closing.stream().map(shard -> shard.planned(names)).toList(),
          born.stream().map(shard -> shard.planned(names)).toList());
    }
  }

  /**
   * A Shard and what is known of it.
   *
   * @param set hosts it; empty for a virtual shard
   * @param report what the pod that leads the set's group reports of the shard, if it hosts it
   */
  record Sighting(ObservedShard shard, Optional<ShardSet> set, Optional<HostedShard> report) {

    /** The pod that leads the group that hosts it, if one does. */
    Optional<ObservedPod> leader() {
      return set.flatMap(ShardSet::leader);
    }

    boolean isSealed() {
      return closeSecond().isPresent();
    }

    Optional<Long> closeSecond() {
      return report.flatMap(hosted -> Optional.ofNullable(hosted.closeSecond()));
    }

    boolean isOpen() {
      return report.isPresent();
    }

    private PlannedShard planned(ResourceNames names) {
      ShardSpec spec = shard.spec();
      return new PlannedShard(
          spec.shardId(),
          spec.startingHashKey(),
          spec.endingHashKey(),
          Optional.ofNullable(spec.parentShardIds()).orElse(List.of()),
          shard.isVirtual() ? "" : String.valueOf(shard.status().group()),
          set.map(host -> members(host, names)).orElse(List.of()));
    }

    /** The one that leads now comes first. */
    private List<GroupMember> members(ShardSet host, ResourceNames names) {
      String first = leader().map(ObservedPod::name).orElse("");
      return host.podNames().stream()
          .sorted(Comparator.comparing((String pod) -> !pod.equals(first)))
          .map(pod -> member(host, pod, names))
          .toList();
    }

    private static GroupMember member(ShardSet host, String pod, ResourceNames names) {
      List<String> addresses = new ArrayList<>();
      host.pod(pod)
          .flatMap(present -> present.address().ip())
          .ifPresent(ip -> addresses.add(ShardStatuses.address(ip, host.id())));
      addresses.add(names.rpcAddress(pod, host.id().number()));
      return new GroupMember(pod, addresses);
    }
  }

  /**
   * The parts of a reshard.
   *
   * @param born the Shards that it creates, all of them
   * @param all the Shards of the stream by id
   * @param sets the shard sets by group
   */
  static ReshardParts of(
      List<ObservedShard> born,
      Map<String, ObservedShard> all,
      Map<GroupName, EvaluatedShardSet> sets) {
    Set<ShardId> ids = new HashSet<>();
    born.forEach(shard -> ids.add(shard.born().id()));
    Map<ShardId, ObservedShard> closing = new TreeMap<>();
    List<Lineage.Born> lineage = new ArrayList<>();
    for (ObservedShard shard : born) {
      var definition = shard.born();
      lineage.add(
          new Lineage.Born(
              definition.id(), definition.range(), definition.parents(), !shard.isVirtual()));
      for (ShardId parent : definition.parents()) {
        ObservedShard closes = all.get(parent.toString());
        if (!ids.contains(parent) && closes != null) {
          closing.put(parent, closes);
        }
      }
    }
    Map<ShardId, Sighting> sightings = new LinkedHashMap<>();
    closing.forEach((id, shard) -> sightings.put(id, sighting(shard, sets)));
    born.forEach(shard -> sightings.put(shard.born().id(), sighting(shard, sets)));
    return new ReshardParts(
        new Lineage(List.copyOf(closing.keySet()), lineage)
            .parts().stream()
                .map(
                    part ->
                        new Part(
                            part.closing().stream().map(sightings::get).toList(),
                            part.born().stream().map(child -> sightings.get(child.id())).toList()))
                .toList());
  }

  private static Sighting sighting(ObservedShard shard, Map<GroupName, EvaluatedShardSet> sets) {
    Optional<ShardSet> set =
        GroupName.of(shard.spec())
            .flatMap(group -> Optional.ofNullable(sets.get(group)))
            .map(EvaluatedShardSet::set);
    return new Sighting(shard, set, set.flatMap(hosts -> hosts.hosted(shard.spec())));
  }

  /** Whether all of it is done, so that it may be published. */
  boolean isDone() {
    return parts.stream().allMatch(Part::isDone);
  }
}
