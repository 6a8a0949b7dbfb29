// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.ShardLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Which Shards go, with their pods and volumes. Nothing is concluded from what is absent, since any
 * view may be old; each of the two reasons is a fact that stays true:
 *
 * <ul>
 *   <li>the StreamStorage says that the reshard which was to open the shard was given up;
 *   <li>the Shard's status says that it is Expired. It is set when the shard is closed, its
 *       retention period has passed since, and the leader that hosts it reports that it has trimmed
 *       every record.
 * </ul>
 *
 * A StatefulSet goes before the Shards that it hosted, so that the reason is there until the end.
 */
final class ShardRemovals {
  private final ObservedStream observed;
  private final DesiredStream desired;
  private final Map<GroupName, EvaluatedShardSet> sets;
  private final Set<String> abandoned = new HashSet<>();
  private final Set<String> expired = new HashSet<>();
  private final Set<String> expiring = new HashSet<>();

  ShardRemovals(
      ObservedStream observed,
      DesiredStream desired,
      Map<GroupName, EvaluatedShardSet> sets,
      Instant now) {
    this.observed = observed;
    this.desired = desired;
    this.sets = sets;
    observed.abandoned().forEach(shard -> abandoned.add(shard.name()));
    observed.shards().stream()
        .filter(shard -> shard.status().phase() == Phase.EXPIRED)
        .forEach(shard -> expired.add(shard.name()));
    boolean isResharding =
        observed
            .resharding()
            .filter(reshard -> reshard.phase() != ReshardPhase.GIVEN_UP)
            .isPresent();
    if (!isResharding) {
      observed
          .shape()
          .ifPresent(
              shape ->
                  shape.all().stream()
                      .filter(shard -> isExpiring(shard, now))
                      .forEach(
                          shard -> expiring.add(desired.names().shard(shard.id().toString()))));
    }
  }

  private boolean isExpiring(ShardDefinition shard, Instant now) {
    long oldest =
        now.getEpochSecond() - Duration.ofHours(desired.settings().retentionHours()).toSeconds();
    boolean isPastRetention = shard.closing().filter(end -> end.second() < oldest).isPresent();
    return isPastRetention && (shard.isVirtual() || isEmpty(shard.id()));
  }

  private boolean isEmpty(ShardId id) {
    return observed.shards().stream()
        .filter(shard -> shard.born().id().equals(id))
        .anyMatch(
            shard ->
                GroupName.of(shard.spec())
                    .flatMap(group -> Optional.ofNullable(sets.get(group)))
                    .flatMap(set -> set.set().hosted(shard.spec()))
                    .filter(hosted -> hosted.closeSecond() != null && hosted.empty())
                    .isPresent());
  }

  /** Whether all that a closed Shard had is past retention. */
  boolean isExpiring(ObservedShard shard) {
    return expiring.contains(shard.name()) && !contains(shard);
  }

  /** Whether a Shard goes. */
  boolean contains(ObservedShard shard) {
    return abandoned.contains(shard.name()) || expired.contains(shard.name());
  }

  /**
   * Whether a shard set goes: all of its Shards do, and its pods, as far as they answer, have no
   * others with records.
   */
  boolean containsSet(String set) {
    List<ObservedShard> hosted = hosted(set);
    return !hosted.isEmpty()
        && hosted.stream().allMatch(this::contains)
        && observed.pods().values().stream()
            .filter(pod -> ResourceNames.shardSetOf(pod.name()).equals(set))
            .flatMap(ObservedPod::reports)
            .flatMap(report -> report.shards().stream())
            .allMatch(shard -> shard.closeSecond() != null && shard.empty());
  }

  private List<ObservedShard> hosted(String set) {
    return observed.shards().stream().filter(shard -> set.equals(shard.spec().shardSet())).toList();
  }

  /** The published set of shards without those that go: it changes before anything is deleted. */
  PublishedShape without(PublishedShape shape) {
    return expired.isEmpty() || !isKnown(shape)
        ? shape
        : new PublishedShape(
            shape.generation(), left(shape.generation()).digest(), shape.nextShardIndex());
  }

  /** Whether the Shards are those of a shape, with or without the ones that go. */
  private boolean isKnown(PublishedShape shape) {
    return shape.digest().equals(left(shape.generation()).digest())
        || shape.digest().equals(observed.published().digest());
  }

  /**
   * Whether a published Shard is missing that cannot be made again: after a reshard only the object
   * knew its range.
   */
  boolean lacksShards() {
    return observed
        .keptShape()
        .filter(shape -> shape.generation() > ShardLayout.FIRST_GENERATION)
        .filter(shape -> expired.isEmpty() && !isKnown(shape))
        .isPresent();
  }

  /** The shards of a generation without those that go, as far as they were observed. */
  PublishedShards left(long generation) {
    return PublishedShards.of(
        observed.shards().stream()
            .filter(shard -> !expired.contains(shard.name()))
            .map(ObservedShard::born)
            .toList(),
        generation);
  }

  /** What is deleted, and the Event about it when the Shards themselves go. */
  List<ReconcileAction> actions(Instant now) {
    SequencedMap<String, List<String>> bySet = new LinkedHashMap<>();
    List<String> alone = new ArrayList<>();
    for (ObservedShard shard : observed.shards()) {
      if (contains(shard)) {
        String set = shard.spec().shardSet();
        if (set != null && containsSet(set)) {
          bySet.computeIfAbsent(set, name -> new ArrayList<>()).add(shard.name());
        } else {
          alone.add(shard.name());
        }
      }
    }
    List<ReconcileAction> actions = new ArrayList<>();
    bySet.forEach(
        (set, shards) -> actions.add(new ReconcileAction.RemoveShards(Optional.of(set), shards)));
    if (!alone.isEmpty()) {
      actions.add(new ReconcileAction.RemoveShards(Optional.empty(), alone));
    }
    long retired =
        observed.shards().stream().filter(shard -> expired.contains(shard.name())).count();
    if (retired > 0 && !hasPublishedExpired()) {
      actions.add(
          new ReconcileAction.RecordEvent(
              false,
              "ShardsRetired",
              "%d closed shards whose records have expired are removed".formatted(retired),
              now));
    }
    return actions;
  }

  /** Whether the removal was announced: the published set is without them since. */
  private boolean hasPublishedExpired() {
    return observed
        .keptShape()
        .filter(shape -> shape.digest().equals(left(shape.generation()).digest()))
        .isPresent();
  }
}
