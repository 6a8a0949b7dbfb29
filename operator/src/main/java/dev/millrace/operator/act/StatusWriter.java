// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.plan.ConditionState;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.ResourceOperations;
import org.jboss.logging.Logger;

/** Writes the status of KinesisStreams. */
public final class StatusWriter {
  private static final Logger LOG = Logger.getLogger(StatusWriter.class);

  private StatusWriter() {}

  /**
   * Writes a status over the one that was observed and no other: an old view must not take back
   * what fronts were shown.
   *
   * @param resourceVersion of the observed object
   * @param operations their cache holds the written status afterwards, so that a pass that runs
   *     before the watch event arrives does not plan from the old status
   */
  public static void write(
      StreamIdentity stream,
      String resourceVersion,
      KinesisStreamStatus status,
      ConditionState ready,
      ResourceOperations<KinesisStream> operations) {
    KinesisStream patch = new KinesisStream();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(stream.namespace())
            .withName(stream.name())
            .withUid(stream.uid())
            .withResourceVersion(resourceVersion)
            .build());
    patch.setStatus(status);
    operations.serverSideApplyPrimaryStatus(patch);
    LOG.infof(
        "stream %s/%s: status: %s, %s: %s",
        stream.namespace(), stream.name(), status.streamStatus(), ready.reason(), ready.message());
  }
}
