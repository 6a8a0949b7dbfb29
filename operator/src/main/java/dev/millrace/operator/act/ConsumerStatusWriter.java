// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.ResourceOperations;

/** Writes the status of StreamConsumers. */
public final class ConsumerStatusWriter {
  private ConsumerStatusWriter() {}

  /**
   * Writes a status.
   *
   * @param uid of the StreamConsumer, so that no successor of the same name gets it
   * @param operations as for {@link StatusWriter#write}
   */
  public static void write(
      String namespace,
      String name,
      String uid,
      StreamConsumerStatus status,
      ResourceOperations<StreamConsumer> operations) {
    StreamConsumer patch = new StreamConsumer();
    patch.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName(name).withUid(uid).build());
    patch.setStatus(status);
    operations.serverSideApplyPrimaryStatus(patch);
  }
}
