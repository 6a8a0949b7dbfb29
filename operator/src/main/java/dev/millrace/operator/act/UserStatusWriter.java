// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.StreamUser;
import dev.millrace.crds.StreamUserStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.ResourceOperations;

/** Writes the status of StreamUsers. */
public final class UserStatusWriter {
  private UserStatusWriter() {}

  /**
   * Writes a status, to this object and to no successor of its name.
   *
   * @param operations as for {@link StatusWriter#write}
   */
  public static void write(
      StreamUser user, StreamUserStatus status, ResourceOperations<StreamUser> operations) {
    StreamUser patch = new StreamUser();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(user.getMetadata().getNamespace())
            .withName(user.getMetadata().getName())
            .withUid(user.getMetadata().getUid())
            .build());
    patch.setStatus(status);
    operations.serverSideApplyPrimaryStatus(patch);
  }
}
