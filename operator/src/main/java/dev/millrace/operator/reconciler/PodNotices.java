// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import dev.millrace.crds.KinesisStream;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Predicate;

/**
 * Notices of pods that their reports have something new, each of which triggers a pass. Nothing
 * that they say is believed: the pass asks the pods. Any thread may call.
 */
public final class PodNotices {
  private final SimpleInboundEventSource<KinesisStream> passes =
      new SimpleInboundEventSource<>("pod-notices");
  private volatile Predicate<ResourceID> isKnown = stream -> false;

  /** The passes that notices trigger. */
  EventSource<Void, KinesisStream> source(EventSourceContext<KinesisStream> context) {
    isKnown = stream -> context.getPrimaryCache().get(stream).isPresent();
    return passes;
  }

  /**
   * A pod of a stream has something new to report.
   *
   * @return whether the stream is known; nothing is kept of one that is not
   */
  boolean received(ResourceID stream) {
    if (!isKnown.test(stream) || !passes.isRunning()) {
      return false;
    }
    passes.propagateEvent(stream);
    return true;
  }
}
