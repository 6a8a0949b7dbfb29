// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamStorage;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.jboss.logging.Logger;

/** Writes StreamStorages. */
public final class StorageWriter {
  private static final Logger LOG = Logger.getLogger(StorageWriter.class);

  private StorageWriter() {}

  /**
   * Writes a StreamStorage over the one that was observed and no other: it is where the phase of a
   * reshard is kept, and an old view must not take it back. The watch's cache holds the written one
   * afterwards, so that a pass that runs before the watch event arrives does not plan from the old
   * one.
   *
   * @param next with the version that it replaces; without one it is created
   */
  public static void write(StreamStorage next, Context<KinesisStream> context) {
    InformerEventSource<StreamStorage, KinesisStream> source =
        (InformerEventSource<StreamStorage, KinesisStream>)
            context.eventSourceRetriever().getEventSourceFor(StreamStorage.class);
    if (next.getMetadata().getResourceVersion() == null) {
      context.resourceOperations().create(next, source);
    } else {
      context.resourceOperations().update(next, source);
    }
    LOG.infof(
        "stream %s/%s: storage: %s",
        next.getMetadata().getNamespace(), next.getMetadata().getName(), next.getSpec());
  }
}
