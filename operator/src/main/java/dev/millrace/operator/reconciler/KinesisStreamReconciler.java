// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.Shard;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.act.ActionResults;
import dev.millrace.operator.act.InstallationAuthority;
import dev.millrace.operator.act.StatusWriter;
import dev.millrace.operator.act.StorageWriter;
import dev.millrace.operator.act.StreamActor;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.StreamCaches;
import dev.millrace.operator.observe.StreamObserver;
import dev.millrace.operator.plan.ReconcilePlan;
import dev.millrace.operator.plan.StreamReconcilePlanner;
import dev.millrace.operator.pods.BoundedCalls;
import dev.millrace.operator.pods.ShardPods;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.status.StreamStatuses;
import dev.millrace.operator.status.StreamStorages;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Reconciles streams: observe, plan, write StreamStorage and status, act. Both are written before
 * acting: what was decided is known whenever the operator stops, and a new generation is not
 * reported as ready while it is worked on.
 *
 * <p>There is no finalizer: everything a stream has is owned by it or by its StreamStorage and
 * garbage collected, with or without the operator.
 */
@ControllerConfiguration(
    name = KinesisStreamReconciler.NAME,
    fieldManager = OwnedMetadata.OPERATOR,
    informer = @Informer(informerListLimit = Watches.PAGE_OBJECTS))
@GradualRetry(
    maxAttempts = KinesisStreamReconciler.RETRY_FOR_EVER,
    initialInterval = KinesisStreamReconciler.FIRST_RETRY_MILLIS,
    maxInterval = KinesisStreamReconciler.LAST_RETRY_MILLIS)
@RateLimited(maxReconciliations = KinesisStreamReconciler.MOST_PASSES_PER_SECOND, within = 1)
public final class KinesisStreamReconciler implements Reconciler<KinesisStream> {
  /** The controller's name in settings, logs and health. */
  public static final String NAME = "kinesisstream";

  /** Retries never end: the API server will be back. */
  static final int RETRY_FOR_EVER = Integer.MAX_VALUE;

  /** Delay after the first failure. */
  static final long FIRST_RETRY_MILLIS = 500;

  /** Maximum delay. */
  static final long LAST_RETRY_MILLIS = 30_000;

  /** For one stream: its pods cause many events at a time when they start. */
  static final int MOST_PASSES_PER_SECOND = 5;

  private final StreamObserver observer;
  private final StreamReconcilePlanner planner;
  private final StreamStatuses statuses;
  private final StreamActor actor;
  private final KubernetesClient client;
  private final InstantSource time;
  private final ConsumerWatches consumers;
  private final PodNotices notices;
  private final LastPassFailures failures = new LastPassFailures();
  private final RecentRepairs repairs = new RecentRepairs();

  public KinesisStreamReconciler(
      OperatorSettings settings,
      KubernetesClient client,
      ShardPods pods,
      BoundedCalls calls,
      PodNotices notices,
      InstallationAuthority authority,
      InstantSource time) {
    this.observer = new StreamObserver(pods, calls);
    this.planner = new StreamReconcilePlanner(settings);
    this.statuses = new StreamStatuses(settings);
    this.actor = new StreamActor(client, pods, calls, authority, time);
    this.client = client;
    this.time = time;
    this.consumers = new ConsumerWatches(settings.region());
    this.notices = notices;
  }

  @Override
  public List<EventSource<?, KinesisStream>> prepareEventSources(
      EventSourceContext<KinesisStream> context) {
    context.getPrimaryCache().addIndexer(Watches.BY_STREAM_NAME, Watches::streamName);
    List<EventSource<?, KinesisStream>> sources = new ArrayList<>(Watches.of(context));
    sources.add(consumers.consumers(context));
    sources.add(notices.source(context));
    return sources;
  }

  @Override
  public UpdateControl<KinesisStream> reconcile(
      KinesisStream stream, Context<KinesisStream> context) {
    Instant now = time.instant();
    ObservedStream observed = observer.observe(stream, caches(stream, context));
    ReconcilePlan plan = planner.plan(observed, now);
    StreamStorages.change(observed, plan)
        .ifPresent(storage -> StorageWriter.write(storage, context));
    statuses
        .change(observed, plan, now)
        .ifPresent(
            status ->
                StatusWriter.write(
                    observed.identity(),
                    observed.resourceVersion(),
                    status,
                    plan.conditions().ready(),
                    context.resourceOperations()));
    ActionResults results = actor.act(observed.identity(), plan.actions());
    failures.put(observed.identity().uid(), results.failures());
    repairs.put(observed.identity().uid(), plan.repaired(), now);
    if (results.firstCallFailure().isPresent()) {
      throw results.firstCallFailure().get();
    }
    UpdateControl<KinesisStream> done = UpdateControl.noUpdate();
    plan.recheckAfter().ifPresent(done::rescheduleAfter);
    return done;
  }

  private StreamCaches caches(KinesisStream stream, Context<KinesisStream> context) {
    return new StreamCaches(
        Watches.streamName(stream).stream()
            .flatMap(
                name -> context.getPrimaryCache().byIndex(Watches.BY_STREAM_NAME, name).stream())
            .toList(),
        context.getSecondaryResource(StreamStorage.class),
        context.getSecondaryResources(Shard.class),
        context.getSecondaryResources(Service.class),
        context.getSecondaryResources(StatefulSet.class),
        context.getSecondaryResources(PersistentVolumeClaim.class),
        context.getSecondaryResources(PodDisruptionBudget.class),
        context.getSecondaryResources(Pod.class),
        ConsumerWatches.consumers(stream, context),
        repairs.of(stream.getMetadata().getUid(), time.instant()),
        failures.of(stream.getMetadata().getUid()),
        new ApiServerLookup(client));
  }
}
