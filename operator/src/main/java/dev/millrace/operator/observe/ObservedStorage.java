// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.crds.StreamStorage;
import dev.millrace.crds.StreamStorageSpec;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Optional;

/**
 * The StreamStorage of a stream's name.
 *
 * @param uid its {@code metadata.uid}, which owns volumes and Shards
 * @param resourceVersion version that a change replaces
 * @param ownerUid the KinesisStream with which it goes; empty: it stays
 * @param deleting whether it is being deleted
 * @param spec what it keeps
 */
public record ObservedStorage(
    String uid,
    String resourceVersion,
    Optional<String> ownerUid,
    boolean deleting,
    StreamStorageSpec spec) {

  static ObservedStorage of(StreamStorage storage) {
    return new ObservedStorage(
        storage.getMetadata().getUid(),
        storage.getMetadata().getResourceVersion(),
        storage.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).findFirst(),
        storage.getMetadata().getDeletionTimestamp() != null,
        storage.getSpec());
  }
}
