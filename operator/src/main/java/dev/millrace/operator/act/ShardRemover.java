// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.crds.Api;
import dev.millrace.crds.Shard;
import dev.millrace.operator.plan.ReconcileAction.RemoveShards;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/**
 * Deletes Shards with their StatefulSets and volumes. What has the name and does not belong to the
 * stream is left alone. Any thread; calls block.
 */
record ShardRemover(KubernetesClient client) {

  ActionOutcome remove(StreamIdentity stream, RemoveShards removal) {
    if (removal.shardSet().isPresent()) {
      String set = removal.shardSet().get();
      Optional<StatefulSet> present = find(StatefulSet.class, stream, set);
      if (present.isPresent()) {
        if (!isOwned(present.get(), stream)) {
          return new ActionOutcome.Declined(
              "StatefulSet " + set + " does not belong to the stream");
        }
        client.resource(present.get()).delete();
        return new ActionOutcome.Succeeded();
      }
      find(PodDisruptionBudget.class, stream, set)
          .filter(budget -> isOwned(budget, stream))
          .ifPresent(budget -> client.resource(budget).delete());
      client
          .persistentVolumeClaims()
          .inNamespace(stream.namespace())
          .withLabel(Api.SHARD_SET_LABEL, set)
          .list()
          .getItems()
          .stream()
          .filter(claim -> ResourceNames.isVolumeClaim(claim.getMetadata().getName(), set))
          .forEach(claim -> client.resource(claim).delete());
    }
    removal.shards().stream()
        .flatMap(name -> find(Shard.class, stream, name).stream())
        .filter(shard -> shard.getSpec().streamId().equals(stream.streamId().toString()))
        .forEach(shard -> client.resource(shard).delete());
    return new ActionOutcome.Succeeded();
  }

  private <T extends HasMetadata> Optional<T> find(
      Class<T> type, StreamIdentity stream, String name) {
    return Optional.ofNullable(
        client.resources(type).inNamespace(stream.namespace()).withName(name).get());
  }

  private static boolean isOwned(HasMetadata object, StreamIdentity stream) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(stream.uid()));
  }
}
