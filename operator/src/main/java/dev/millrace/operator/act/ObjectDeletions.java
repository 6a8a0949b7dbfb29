package dev.millrace.operator.act;

import dev.millrace.crds.Api;
import dev.millrace.crds.Shard;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.StreamIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Deletes objects of a stream. What carries the name and does not belong to the stream is left
 * alone. Any thread; calls block.
 */
record ObjectDeletions(KubernetesClient client) {

  ActionOutcome delete(StreamIdentity stream, ObjectKey key) {
    Predicate<HasMetadata> isOwned =
        object ->
            object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(stream.uid()));
    return switch (key.kind()) {
      case ObjectKey.STATEFUL_SET -> delete(StatefulSet.class, stream, key, isOwned);
      case ObjectKey.SHARD -> delete(Shard.class, stream, key, isOwned);
      case ObjectKey.VOLUME_CLAIM ->
          delete(PersistentVolumeClaim.class, stream, key, claim -> isOfSet(claim, stream));
      default -> throw new IllegalArgumentException("no " + key + " is ever deleted");
    };
  }

  /** The StatefulSet controller gives claims the labels of the set, and no owner of ours. */
  private static boolean isOfSet(HasMetadata claim, StreamIdentity stream) {
    Map<String, String> labels =
        Optional.ofNullable(claim.getMetadata().getLabels()).orElse(Map.of());
    String set = labels.getOrDefault(Api.SHARD_SET_LABEL, "");
    return set.startsWith(new ResourceNames(stream).base() + "-")
        && claim.getMetadata().getName().equals(ResourceNames.volumeClaim(set));
  }

  private <T extends HasMetadata> ActionOutcome delete(
      Class<T> type, StreamIdentity stream, ObjectKey key, Predicate<HasMetadata> isOurs) {
    T found = client.resources(type).inNamespace(stream.namespace()).withName(key.name()).get();
    if (found == null) {
      return new ActionOutcome.Succeeded();
    }
    if (!isOurs.test(found)) {
      return new ActionOutcome.Declined(key + " does not belong to the stream");
    }
    client.resource(found).delete();
    return new ActionOutcome.Succeeded();
  }
}
