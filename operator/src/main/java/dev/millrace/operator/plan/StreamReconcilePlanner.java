// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.StorageClaim;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Plans what to do for a stream. It checks the request, the claims on the stream name and on the
 * StreamStorage, and the record of the creation; a {@link ReconcilePass} plans everything else.
 */
public final class StreamReconcilePlanner {
  private final OperatorSettings settings;

  public StreamReconcilePlanner(OperatorSettings settings) {
    this.settings = settings;
  }

  /** The plan. The same observation at the same time gives the same plan. */
  public ReconcilePlan plan(ObservedStream observed, Instant now) {
    if (observed.deleting()) {
      return deleting(observed);
    }
    ReconcilePlan plan = planned(observed, now);
    return plan.isShown() ? plan.with(ConditionEvents.of(observed, plan.conditions(), now)) : plan;
  }

  private ReconcilePlan planned(ObservedStream observed, Instant now) {
    Optional<String> problem = observed.request().problem();
    if (problem.isPresent()) {
      // A change of the spec brings the next pass; a name cannot even be changed.
      return ReconcilePlan.rejecting(
          StreamName.isValid(observed.request().name()) ? "InvalidSpec" : "InvalidName",
          problem.get(),
          Optional.empty());
    }
    Optional<StreamNameClaim> holder = observed.otherHolder();
    if (holder.isPresent()) {
      return ReconcilePlan.rejecting(
          "NameTaken",
          "stream name %s is taken by KinesisStream %s of this namespace"
              .formatted(observed.request().name(), holder.get().objectName()),
          Optional.of(RecheckDelay.NAME_TAKEN));
    }
    return switch (observed.storageClaim()) {
      case StorageClaim.Held held ->
          observed
              .creationSecond()
              .map(
                  second ->
                      new ReconcilePass(observed, held.storage(), settings, second, now).plan(now))
              .orElseGet(() -> recording(observed, now));
      case StorageClaim.Missing(StreamStorageSpec first) -> storing(observed, first, now);
      case StorageClaim.Withheld refused -> withoutStorage(observed, refused);
    };
  }

  /** The StreamStorage comes first: whoever has a status and no StreamStorage has lost it. */
  private ReconcilePlan storing(ObservedStream observed, StreamStorageSpec first, Instant now) {
    return new ReconcilePlan(
        Optional.of(withReplicas(first, observed)),
        false,
        List.of(recordCreation(observed)),
        Optional.of(StreamStatus.CREATING),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        StreamConditions.opening("the StreamStorage is being created"),
        Optional.of(RecheckDelay.converging(observed, true, now)));
  }

  /**
   * The number of replicas is decided once, and that of the groups of its first shard sets. A
   * stream of versions before it was has one of each.
   */
  private StreamStorageSpec withReplicas(StreamStorageSpec first, ObservedStream observed) {
    boolean isOlder = first.creationSecond() != null || first.shape() != null;
    Optional<Integer> wanted =
        Optional.ofNullable(observed.spec().replication())
            .flatMap(replication -> Optional.ofNullable(replication.replicas()));
    int replicas = isOlder ? 1 : wanted.orElse(settings.replicas());
    return new StreamStorageSpec(
        first.streamName(),
        first.streamId(),
        first.creationSecond(),
        replicas,
        replicas == 1 ? null : replicas,
        first.shape(),
        first.resharding(),
        first.reshardRequest());
  }

  /** What the stream has is left as it is, and its status goes on saying what it was. */
  private static ReconcilePlan withoutStorage(
      ObservedStream observed, StorageClaim.Withheld refused) {
    Optional<KinesisStreamStatus> shown = observed.ownStatus();
    ReconcilePlan rejecting =
        ReconcilePlan.rejecting(
            refused.reason(),
            refused.message(),
            refused.isForGood() ? Optional.empty() : Optional.of(RecheckDelay.NAME_TAKEN));
    return shown
        .map(
            status ->
                new ReconcilePlan(
                    Optional.empty(),
                    true,
                    List.of(),
                    Optional.ofNullable(status.streamStatus()).map(StreamStatus::valueOf),
                    Optional.ofNullable(status.creationSecond()),
                    Optional.ofNullable(status.openShardCount()).orElse(0),
                    Optional.ofNullable(status.closedShardCount()).orElse(0),
                    shown(observed),
                    StreamConditions.lost(refused.reason(), refused.message()),
                    rejecting.recheckAfter()))
        .orElse(rejecting);
  }

  /** A new stream: no Shard may exist before its creation second is recorded. */
  private static ReconcilePlan recording(ObservedStream observed, Instant now) {
    String message =
        observed.failures().stream()
            .findFirst()
            .orElse("the creation of the stream is being recorded");
    return new ReconcilePlan(
        Optional.empty(),
        true,
        List.of(recordCreation(observed)),
        Optional.of(StreamStatus.CREATING),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        StreamConditions.opening(message),
        Optional.of(RecheckDelay.converging(observed, true, now)));
  }

  /** The record covers every second that Shards of the stream carry already. */
  static ReconcileAction recordCreation(ObservedStream observed) {
    long latest =
        observed.shards().stream()
            .flatMap(shard -> shard.creationSecond().stream())
            .mapToLong(Long::longValue)
            .max()
            .orElse(observed.creation().getEpochSecond());
    return new ReconcileAction.RecordCreation(
        new StreamName(observed.request().name()), observed.identity().streamId(), latest);
  }

  /** What the stream owns is garbage collected, with or without the operator. */
  private static ReconcilePlan deleting(ObservedStream observed) {
    Optional<KinesisStreamStatus> status = observed.ownStatus();
    return new ReconcilePlan(
        Optional.empty(),
        true,
        List.of(),
        status.map(shown -> StreamStatus.DELETING),
        status.map(KinesisStreamStatus::creationSecond),
        status.map(KinesisStreamStatus::openShardCount).orElse(0),
        status.map(KinesisStreamStatus::closedShardCount).orElse(0),
        shown(observed),
        StreamConditions.rejected("Deleting", "the stream is being deleted"),
        Optional.empty());
  }

  /** What the status shows already. */
  private static Optional<ReshardStatus> shown(ObservedStream observed) {
    return observed
        .ownStatus()
        .flatMap(status -> Optional.ofNullable(status.shape()))
        .map(
            shape ->
                new ReshardStatus(
                    shape,
                    observed.ownStatus().map(KinesisStreamStatus::resharding),
                    observed.ownStatus().map(KinesisStreamStatus::reshardRequest)));
  }
}
