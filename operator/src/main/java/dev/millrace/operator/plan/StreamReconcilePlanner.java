// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Plans what to do for a stream. It checks the request, the claim on the stream name and the record
 * of the creation; a {@link ReconcilePass} plans everything else.
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
    return observed
        .creationSecond()
        .map(second -> new ReconcilePass(observed, settings, second, now).plan(now))
        .orElseGet(() -> recording(observed, now));
  }

  /** A new stream: no Shard may exist before its creation second is recorded. */
  private static ReconcilePlan recording(ObservedStream observed, Instant now) {
    String message =
        observed.failures().stream()
            .findFirst()
            .orElse("the creation of the stream is being recorded");
    return new ReconcilePlan(
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
    return new ReconcilePlan(
        List.of(),
        observed.ownStatus().map(shown -> StreamStatus.DELETING),
        observed.statusSecond(),
        observed.openShards(observed.publishedGeneration()),
        observed.closedShards(observed.publishedGeneration()),
        shown(observed),
        StreamConditions.rejected("Deleting", "the stream is being deleted"),
        Optional.empty());
  }

  /** What the status shows already. */
  private static Optional<ReshardStatus> shown(ObservedStream observed) {
    return observed
        .ownStatus()
        .flatMap(status -> Optional.ofNullable(status.shape()))
        .map(shape -> new ReshardStatus(shape, observed.resharding(), observed.handledRequest()));
  }
}
