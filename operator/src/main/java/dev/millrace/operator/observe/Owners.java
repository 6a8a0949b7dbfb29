// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.crds.Api;
import dev.millrace.crds.Shard;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Map;
import java.util.Optional;

/**
 * The owners of a stream's objects.
 *
 * @param identity the KinesisStream; versions before the StreamStorage gave it Shards, too
 * @param storageUid uid of the StreamStorage
 */
record Owners(StreamIdentity identity, String storageUid) {

  /** Whether an object belongs to the stream. */
  boolean own(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
            .anyMatch(
                owner -> owner.getUid().equals(identity.uid()) || owner.getUid().equals(storageUid))
        || (object instanceof PersistentVolumeClaim claim && isOfASet(claim))
        || isOrphan(object);
  }

  /** Whether its stream was deleted without it ({@code --cascade=orphan}): the next adopts it. */
  private boolean isOrphan(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().isEmpty()
        && !(object instanceof Shard)
        && OwnedMetadata.OPERATOR.equals(labels(object).get(OwnedMetadata.MANAGED_BY))
        && identity
            .name()
            .equals(
                Optional.ofNullable(object.getMetadata().getAnnotations())
                    .orElse(Map.of())
                    .get(OwnedMetadata.STREAM_NAME));
  }

  private static Map<String, String> labels(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
  }

  /**
   * Whether a StatefulSet of the stream made the claim, as it did before the operator made them.
   * Names and labels of a set contain a part of the stream's id.
   */
  private static boolean isOfASet(PersistentVolumeClaim claim) {
    String set = labels(claim).getOrDefault(Api.SHARD_SET_LABEL, "");
    return ResourceNames.isVolumeClaim(claim.getMetadata().getName(), set);
  }

  /** An object under a name that the stream needs. A Shard cannot be edited. */
  ExistingObject existing(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return own(object)
        ? new ExistingObject(
            Ownership.OURS,
            annotations == null ? "" : annotations.getOrDefault(OwnedMetadata.APPLIED_HASH, ""),
            object instanceof Shard ? Optional.empty() : Optional.of(object))
        : new ExistingObject(Ownership.FOREIGN, "");
  }
}
