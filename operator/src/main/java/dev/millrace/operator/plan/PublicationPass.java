// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.StreamDescription;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.report.StreamPublication.DescribedShard;
import dev.millrace.core.report.StreamPublication.HeldPublication;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.ShardSpec;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.StreamDescriptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans what the fronts in a stream's pods are told of it: nothing if they have it already, and
 * only the shards that they lack. What is sent is what the status says that is written before.
 */
final class PublicationPass {
  private final ObservedStream observed;
  private final String streamId;
  private final StreamDescription description;
  private final String version;
  private final PublishedShape shape;
  private final PublishedShards shards;
  private final boolean isPublished;
  private final Map<Long, StreamPublication> since = new HashMap<>();

  /**
   * A pass.
   *
   * @param lifecycle the stream's status in the Kinesis API
   * @param shape the published set of shards
   * @param shards those that it consists of, as far as they were observed
   */
  PublicationPass(
      ObservedStream observed,
      DesiredStream desired,
      StreamStatus lifecycle,
      PublishedShape shape,
      PublishedShards shards) {
    this.observed = observed;
    this.streamId = observed.identity().streamId().toString();
    this.description = StreamDescriptions.of(desired, lifecycle, observed.consumers());
    this.version = StreamDescriptions.version(description);
    this.shape = shape;
    this.shards = shards;
    // A view that lacks shards is no reason to list fewer than there are.
    this.isPublished =
        lifecycle != StreamStatus.CREATING
            && shards.isComplete()
            && shards.digest().equals(shape.digest());
  }

  /** What the pods of shard sets are told, each through one of its members. */
  List<ReconcileAction> to(Collection<EvaluatedShardSet> sets) {
    List<ReconcileAction> actions = new ArrayList<>();
    Set<String> told = new HashSet<>();
    if (isPublished) {
      for (EvaluatedShardSet evaluated : sets) {
        for (ObservedPod pod : evaluated.set().pods().values()) {
          pod.report()
              .filter(report -> isOutdated(evaluated, report))
              .filter(report -> told.add(pod.name()))
              .map(report -> publication(generationOf(report)))
              .ifPresent(
                  publication ->
                      actions.add(new ReconcileAction.PublishStream(pod.address(), publication)));
        }
      }
    }
    return actions;
  }

  /** Whether a pod that takes part lists something else than is published. */
  private boolean isOutdated(EvaluatedShardSet evaluated, PodReport report) {
    HeldPublication published =
        new HeldPublication(streamId, version, shape.generation(), shape.digest());
    return evaluated.state().leadingReport().isPresent()
        && report.assigned(streamId).isPresent()
        && generationOf(report) <= shape.generation()
        && !report.publication(streamId).equals(Optional.of(published));
  }

  private long generationOf(PodReport report) {
    return report.publication(streamId).map(HeldPublication::generation).orElse(0L);
  }

  /** The publication for pods that have the shards of a generation. */
  private StreamPublication publication(long generation) {
    return since.computeIfAbsent(
        generation,
        known -> {
          List<ShardId> kept = new ArrayList<>();
          List<DescribedShard> added = new ArrayList<>();
          for (ObservedShard shard : observed.shards()) {
            ShardId id = shard.born().id();
            if (shards.shards().containsKey(id)) {
              if (shard.bornIn() <= known) {
                kept.add(id);
              } else {
                added.add(listed(shard));
              }
            }
          }
          return new StreamPublication(
              streamId,
              version,
              description,
              shape.generation(),
              shape.digest(),
              StreamPublication.ranges(kept),
              added);
        });
  }

  private static DescribedShard listed(ObservedShard shard) {
    ShardSpec spec = shard.spec();
    return new DescribedShard(
        spec.shardId(),
        spec.startingHashKey(),
        spec.endingHashKey(),
        Optional.ofNullable(spec.parentShardIds()).orElse(List.of()),
        shard.creationSecond().orElseThrow(),
        spec.shardSet(),
        spec.group());
  }
}
