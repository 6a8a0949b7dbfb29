// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.status;

import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.Api;
import dev.millrace.crds.Condition;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.plan.ConditionState;
import dev.millrace.operator.plan.ReconcilePlan;
import dev.millrace.operator.plan.ReshardStatus;
import dev.millrace.operator.plan.StreamConditions;
import dev.millrace.operator.resource.ResourceNames;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the status of streams. */
public final class StreamStatuses {
  private static final String READY = "Ready";
  private static final String PROGRESSING = "Progressing";
  private static final String DEGRADED = "Degraded";
  private static final List<String> TYPES =
      List.of(READY, PROGRESSING, DEGRADED, StreamConditions.RESHARDING);

  private final OperatorSettings settings;

  public StreamStatuses(OperatorSettings settings) {
    this.settings = settings;
  }

  /**
   * The status that a stream should have, if it differs from the present one.
   *
   * @return empty if the stream has that status already; conditions of other writers do not count
   */
  public Optional<KinesisStreamStatus> change(
      ObservedStream observed, ReconcilePlan plan, Instant now) {
    if (!plan.isShown()) {
      return Optional.empty();
    }
    KinesisStreamStatus next = next(observed, plan, now);
    return observed.status().map(StreamStatuses::ours).filter(next::equals).isPresent()
        ? Optional.empty()
        : Optional.of(next);
  }

  private static KinesisStreamStatus ours(KinesisStreamStatus status) {
    List<Condition> conditions = Optional.ofNullable(status.conditions()).orElse(List.of());
    return new KinesisStreamStatus(
        status.observedGeneration(),
        status.streamARN(),
        status.streamStatus(),
        status.streamId(),
        status.objectUid(),
        status.creationSecond(),
        status.openShardCount(),
        status.closedShardCount(),
        status.endpoint(),
        status.directEndpoint(),
        status.selector(),
        status.shape(),
        status.resharding(),
        status.reshardRequest(),
        TYPES.stream()
            .flatMap(type -> conditions.stream().filter(held -> held.type().equals(type)))
            .toList());
  }

  private KinesisStreamStatus next(ObservedStream observed, ReconcilePlan plan, Instant now) {
    List<Condition> conditions =
        List.of(
            condition(observed, READY, plan.conditions().ready(), now),
            condition(observed, PROGRESSING, plan.conditions().progressing(), now),
            condition(observed, DEGRADED, plan.conditions().degraded(), now),
            condition(observed, StreamConditions.RESHARDING, plan.conditions().resharding(), now));
    if (plan.lifecycle().isEmpty()) {
      // A stream that the API does not show has no ARN: another stream may have it.
      return new KinesisStreamStatus(
          observed.generation(),
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          conditions);
    }
    StreamStatus lifecycle = plan.lifecycle().get();
    return new KinesisStreamStatus(
        observed.generation(),
        arn(observed),
        lifecycle.name(),
        observed.identity().streamId().toString(),
        observed.identity().uid(),
        plan.creationSecond().orElse(null),
        plan.openShards(),
        plan.closedShards(),
        settings.endpointIn(observed.identity().namespace()),
        directEndpoint(observed),
        Api.STREAM_LABEL + "=" + new ResourceNames(observed.identity()).label(),
        plan.shards().map(ReshardStatus::shape).orElse(null),
        plan.shards().flatMap(ReshardStatus::resharding).orElse(null),
        plan.shards().flatMap(ReshardStatus::handled).orElse(null),
        conditions);
  }

  /** Null while there is no Service of this stream under the name. */
  private static @Nullable String directEndpoint(ObservedStream observed) {
    ResourceNames names = new ResourceNames(observed.identity());
    ExistingObject service = observed.existing().get(names.endpointKey());
    return service != null && service.ownership() == Ownership.OURS ? names.endpoint() : null;
  }

  private String arn(ObservedStream observed) {
    String name = observed.request().name();
    AccountId account = AccountId.ofNamespace(observed.identity().namespace());
    return account.streamArn(settings.region(), new StreamName(name));
  }

  private static Condition condition(
      ObservedStream observed, String type, ConditionState state, Instant now) {
    String status = state.holds() ? "True" : "False";
    String since =
        before(observed, type)
            .filter(condition -> condition.status().equals(status))
            .map(Condition::lastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new Condition(
        type, status, observed.generation(), since, state.reason(), state.message());
  }

  private static Optional<Condition> before(ObservedStream observed, String type) {
    return observed.status().map(KinesisStreamStatus::conditions).orElse(List.of()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }
}
