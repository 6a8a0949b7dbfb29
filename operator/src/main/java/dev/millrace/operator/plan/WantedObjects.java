// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import dev.millrace.crds.ShardSpec;
import dev.millrace.operator.config.OperatorSettings;
import dev.millrace.operator.observe.ObservedStream;
import dev.millrace.operator.observe.ObservedStream.ExistingObject;
import dev.millrace.operator.observe.ObservedStream.Ownership;
import dev.millrace.operator.plan.ReconcileAction.IssueCertificate;
import dev.millrace.operator.resource.AppliedFields;
import dev.millrace.operator.resource.CertificateRotation;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.OwnedMetadata;
import dev.millrace.operator.resource.ResourceNames;
import dev.millrace.operator.resource.ShardLayout;
import dev.millrace.operator.resource.ShardStatefulSets;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The objects that a stream wants, each built once, and how what is there differs from them. */
final class WantedObjects {
  private final ObservedStream observed;
  private final DesiredStream desired;
  private final ResourceNames names;
  private final String storageUid;
  private final OperatorSettings settings;
  private final Map<ObjectKey, ShardSpec> shards;
  private final Map<String, Integer> groupCounts;
  private final Map<ObjectKey, HasMetadata> built = new HashMap<>();

  /**
   * The objects of a stream.
   *
   * @param storageUid of the StreamStorage, which owns volumes and Shards
   */
  WantedObjects(
      ObservedStream observed,
      DesiredStream desired,
      ShardLayout layout,
      String storageUid,
      OperatorSettings settings) {
    this.observed = observed;
    this.desired = desired;
    this.names = desired.names();
    this.storageUid = storageUid;
    this.settings = settings;
    this.shards =
        layout.shards().stream().collect(Collectors.toMap(this::keyOf, Function.identity()));
    this.groupCounts = ShardLayout.groupCounts(layout.shards());
  }

  /** The key of a shard's object. */
  ObjectKey keyOf(ShardSpec shard) {
    return new ObjectKey(ObjectKey.SHARD, names.shard(shard.shardId()));
  }

  /** The shard of a key; null if it is the key of another object. */
  @Nullable ShardSpec shard(ObjectKey key) {
    return shards.get(key);
  }

  private ExistingObject existing(ObjectKey key) {
    return observed.existing().getOrDefault(key, ExistingObject.NONE);
  }

  /** Whether a name was looked up, and who owns what has it. */
  boolean is(ObjectKey key, Ownership ownership) {
    return observed.existing().containsKey(key) && existing(key).ownership() == ownership;
  }

  /**
   * Whether an object has to be applied. An object whose name was not looked up yet has to wait.
   */
  boolean differs(ObjectKey key) {
    if (key.kind().equals(ObjectKey.SECRET)) {
      // What it holds is made when it is written.
      return false;
    }
    return is(key, Ownership.NONE)
        || (is(key, Ownership.OURS) && (!isApplied(key) || isEdited(key)));
  }

  private boolean isApplied(ObjectKey key) {
    return existing(key).appliedHash().equals(OwnedMetadata.hashOf(built(key)));
  }

  /** The certificates of the stream's pods, each as the action that issues it. */
  private List<IssueCertificate> certificates() {
    IssueCertificate calls =
        new IssueCertificate(
            names.rpcSecretKey(),
            Optional.empty(),
            names.podsHostname(),
            Optional.of(new ShardPodIdentity(names.stream().namespace(), names.base())));
    IssueCertificate replicas =
        new IssueCertificate(
            names.raftSecretKey(),
            Optional.of(names.raftAuthorityKey()),
            names.podsHostname(),
            Optional.empty());
    return desired.isReplicated() ? List.of(calls, replicas) : List.of(calls);
  }

  /** The certificates about which something is to be done. */
  List<IssueCertificate> dueCertificates(Instant now) {
    return certificates().stream().filter(issue -> isDue(issue.secret(), now)).toList();
  }

  private boolean isDue(ObjectKey key, Instant now) {
    return is(key, Ownership.NONE)
        || (is(key, Ownership.OURS)
            && existing(key)
                .content()
                .filter(secret -> !CertificateRotation.of(secret).isDue(now))
                .isEmpty());
  }

  /** Whether the stream's pods have what they start with. */
  boolean hasCertificates() {
    return certificates().stream().allMatch(issue -> is(issue.secret(), Ownership.OURS));
  }

  /**
   * Whether an object lost something that was applied. One that was repaired a short time ago is
   * left alone: somebody else insists, and it would go on for ever.
   */
  boolean isEdited(ObjectKey key) {
    return !observed.repaired().contains(key)
        && existing(key)
            .content()
            .filter(content -> isApplied(key) && !AppliedFields.areIn(built(key), content))
            .isPresent();
  }

  /** The object as it should be, with its hash. */
  HasMetadata built(ObjectKey key) {
    return built.computeIfAbsent(key, this::build);
  }

  private HasMetadata build(ObjectKey key) {
    ShardSpec shard = shards.get(key);
    if (shard != null) {
      return StreamObjects.shard(desired, shard, storageUid);
    }
    if (key.equals(names.endpointKey())) {
      return StreamObjects.endpoint(desired);
    }
    return switch (key.kind()) {
      case ObjectKey.SERVICE -> StreamObjects.service(desired);
      case ObjectKey.VOLUME_CLAIM ->
          StreamObjects.volumeClaim(desired, ResourceNames.podOf(key), storageUid, claimed(key));
      case ObjectKey.DISRUPTION_BUDGET -> StreamObjects.disruptionBudget(desired, key.name());
      default ->
          ShardStatefulSets.statefulSet(
              desired, key.name(), groupCounts.getOrDefault(key.name(), 1), settings);
    };
  }

  private Optional<PersistentVolumeClaimSpec> claimed(ObjectKey volumeClaim) {
    return existing(volumeClaim)
        .content()
        .filter(PersistentVolumeClaim.class::isInstance)
        .map(PersistentVolumeClaim.class::cast)
        .map(PersistentVolumeClaim::getSpec);
  }
}
