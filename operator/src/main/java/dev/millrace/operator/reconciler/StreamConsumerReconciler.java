// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.crds.StreamConsumer;
import dev.millrace.operator.act.ConsumerStatusWriter;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ConsumerObserver;
import dev.millrace.operator.observe.ObservedConsumer;
import dev.millrace.operator.plan.ConsumerPlan;
import dev.millrace.operator.plan.ConsumerPlanner;
import dev.millrace.operator.pods.RememberedReports;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.status.ConsumerStatuses;
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
import java.util.List;

/**
 * Reconciles consumers: observe, plan, write the status. It asks no pod: what pods report is
 * remembered from the passes over their streams.
 */
@ControllerConfiguration(
    name = StreamConsumerReconciler.NAME,
    fieldManager = OwnedMetadata.OPERATOR,
    informer = @Informer(informerListLimit = Watches.PAGE_OBJECTS))
@GradualRetry(
    maxAttempts = KinesisStreamReconciler.RETRY_FOR_EVER,
    initialInterval = KinesisStreamReconciler.FIRST_RETRY_MILLIS,
    maxInterval = KinesisStreamReconciler.LAST_RETRY_MILLIS)
@RateLimited(maxReconciliations = KinesisStreamReconciler.MOST_PASSES_PER_SECOND, within = 1)
public final class StreamConsumerReconciler implements Reconciler<StreamConsumer> {
  /** The controller's name in settings, logs and health. */
  public static final String NAME = "streamconsumer";

  private final ConsumerObserver observer;
  private final ConsumerPlanner planner;
  private final ConsumerWatches watches;
  private final InstantSource time;

  public StreamConsumerReconciler(
      OperatorSettings settings, RememberedReports reports, InstantSource time) {
    this.observer = new ConsumerObserver(settings, reports);
    this.planner = new ConsumerPlanner(settings);
    this.watches = new ConsumerWatches(settings.region());
    this.time = time;
  }

  @Override
  public List<EventSource<?, StreamConsumer>> prepareEventSources(
      EventSourceContext<StreamConsumer> context) {
    return List.of(watches.streams(context));
  }

  @Override
  public UpdateControl<StreamConsumer> reconcile(
      StreamConsumer consumer, Context<StreamConsumer> context) {
    Instant now = time.instant();
    List<StreamConsumer> namesakes = watches.namesakes(consumer, context);
    ObservedConsumer observed =
        observer.observe(consumer, watches.streams(namesakes, context), namesakes);
    ConsumerPlan plan = planner.plan(observed);
    ConsumerStatuses.change(observed, plan, now)
        .ifPresent(
            status ->
                ConsumerStatusWriter.write(
                    observed.namespace(),
                    observed.name(),
                    observed.uid(),
                    status,
                    context.resourceOperations()));
    UpdateControl<StreamConsumer> done = UpdateControl.noUpdate();
    plan.recheckAfter().ifPresent(done::rescheduleAfter);
    return done;
  }
}
