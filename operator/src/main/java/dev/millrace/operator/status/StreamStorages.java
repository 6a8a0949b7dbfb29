// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.status;

import dev.millrace.crds.KinesisStreamSpec.DeletionPolicy;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.observe.ObservedStorage;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.plan.ReconcilePlan;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.StreamObjects;
import java.util.Optional;

/** Builds the StreamStorages of streams. */
public final class StreamStorages {
  private StreamStorages() {}

  /** The StreamStorage that a stream should have, if it differs from the present one. */
  public static Optional<StreamStorage> change(ObservedStream observed, ReconcilePlan plan) {
    if (plan.storage().isEmpty()) {
      return Optional.empty();
    }
    DesiredStream desired =
        DesiredStream.of(observed.identity(), observed.spec(), 0, plan.storage().get());
    Optional<String> wantedOwner =
        desired.deletionPolicy() == DeletionPolicy.RETAIN
            ? Optional.empty()
            : Optional.of(observed.identity().uid());
    Optional<ObservedStorage> present = observed.storage();
    boolean isSame =
        present
            .filter(storage -> storage.spec().equals(plan.storage().get()))
            .filter(storage -> storage.ownerUid().equals(wantedOwner))
            .isPresent();
    return isSame
        ? Optional.empty()
        : Optional.of(
            StreamObjects.storage(
                desired, plan.storage().get(), present.map(ObservedStorage::resourceVersion)));
  }
}
