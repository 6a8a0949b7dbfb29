// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.crds.KinesisStreamSpec.DeletionPolicy;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.StreamStorage;
import dev.millrace.crds.StreamStorageSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Map;
import java.util.Optional;

/** Builds the objects of a stream other than its StatefulSets. */
public final class StreamObjects {
  /** The file of a Secret with a certificate. */
  public static final String CERTIFICATE = "tls.crt";

  /** The file of a Secret with a certificate's key. */
  public static final String KEY = "tls.key";

  /** The file of a Secret with the certificates of trusted authorities. */
  public static final String AUTHORITIES = "ca.crt";

  private static final String STORAGE = "storage";

  private StreamObjects() {}

  /**
   * The headless Service that gives each pod a DNS name, also before the pod is ready: by then the
   * operator and other group members need to reach it.
   */
  public static Service service(DesiredStream stream) {
    ResourceNames names = stream.names();
    return OwnedMetadata.hashed(
        new ServiceBuilder()
            .withMetadata(
                OwnedMetadata.owned(stream.identity(), names.base(), OwnedMetadata.labels(names)))
            .withNewSpec()
            .withClusterIP("None")
            .withPublishNotReadyAddresses(true)
            .withSelector(Map.of(dev.millrace.crds.Api.STREAM_LABEL, names.label()))
            .addNewPort()
            .withName("rpc")
            .withPort(ResourceNames.RPC_PORT)
            .withNewTargetPort("rpc")
            .endPort()
            .endSpec()
            .build());
  }

  /**
   * The Service of the Kinesis API at the stream's pods. It selects those that are ready: their
   * shards are open, and their fronts know the stream.
   */
  public static Service endpoint(DesiredStream stream) {
    ResourceNames names = stream.names();
    return OwnedMetadata.hashed(
        new ServiceBuilder()
            .withMetadata(
                OwnedMetadata.owned(
                    stream.identity(), names.endpointKey().name(), OwnedMetadata.labels(names)))
            .withNewSpec()
            .withType("ClusterIP")
            .withSelector(Map.of(dev.millrace.crds.Api.STREAM_LABEL, names.label()))
            .addNewPort()
            .withName("kinesis")
            .withPort(ResourceNames.KINESIS_PORT)
            .withNewTargetPort("kinesis")
            .endPort()
            .endSpec()
            .build());
  }

  /**
   * The StreamStorage.
   *
   * @param resourceVersion of the one that it replaces; empty: there is none
   */
  public static StreamStorage storage(
      DesiredStream stream, StreamStorageSpec spec, Optional<String> resourceVersion) {
    StreamStorage storage = new StreamStorage();
    storage.setMetadata(
        OwnedMetadata.ofStorage(
            stream.identity(),
            stream.deletionPolicy() == DeletionPolicy.RETAIN,
            OwnedMetadata.labels(stream.names())));
    storage.getMetadata().setResourceVersion(resourceVersion.orElse(null));
    storage.setSpec(spec);
    return storage;
  }

  /**
   * The claim of a pod's volume, under the name that the StatefulSet looks for.
   *
   * @param storageUid of the StreamStorage, with which it goes
   * @param present the claim that is there; its size and class are kept where the stream asks for
   *     less or another, since neither can be changed
   */
  public static PersistentVolumeClaim volumeClaim(
      DesiredStream stream,
      String pod,
      String storageUid,
      Optional<PersistentVolumeClaimSpec> present) {
    ResourceNames names = stream.names();
    PersistentVolumeClaimSpec wanted = volume(stream);
    present
        .map(PersistentVolumeClaimSpec::getStorageClassName)
        .ifPresent(wanted::setStorageClassName);
    present
        .map(PersistentVolumeClaimSpec::getResources)
        .map(resources -> resources.getRequests().get(STORAGE))
        .filter(size -> isLarger(size, stream.storageSize()))
        .ifPresent(size -> wanted.getResources().setRequests(Map.of(STORAGE, size)));
    return OwnedMetadata.hashed(
        new PersistentVolumeClaimBuilder()
            .withMetadata(
                OwnedMetadata.ownedByStorage(
                    stream.identity(),
                    storageUid,
                    ResourceNames.volumeClaim(pod),
                    OwnedMetadata.labels(names, ResourceNames.shardSetOf(pod))))
            .withSpec(wanted)
            .build());
  }

  /** Lets one replica of a shard set be evicted at a time: a node that is drained waits for it. */
  public static PodDisruptionBudget disruptionBudget(DesiredStream stream, String shardSet) {
    ResourceNames names = stream.names();
    return OwnedMetadata.hashed(
        new PodDisruptionBudgetBuilder()
            .withMetadata(
                OwnedMetadata.owned(
                    stream.identity(), shardSet, OwnedMetadata.labels(names, shardSet)))
            .withNewSpec()
            .withMaxUnavailable(new IntOrString(1))
            .withNewSelector()
            .withMatchLabels(OwnedMetadata.selector(names, shardSet))
            .endSelector()
            .endSpec()
            .build());
  }

  private static boolean isLarger(Quantity size, Quantity other) {
    return Quantity.getAmountInBytes(size).compareTo(Quantity.getAmountInBytes(other)) > 0;
  }

  /** What the claim of a volume asks for. */
  static PersistentVolumeClaimSpec volume(DesiredStream stream) {
    return new PersistentVolumeClaimSpecBuilder()
        .withAccessModes("ReadWriteOnce")
        .withNewResources()
        .addToRequests(STORAGE, stream.storageSize())
        .endResources()
        .withStorageClassName(stream.storageClassName().orElse(null))
        .build();
  }

  /** A Secret with PEM files. */
  public static Secret secret(StreamIdentity stream, String name, Map<String, String> files) {
    return new SecretBuilder()
        .withMetadata(
            OwnedMetadata.owned(stream, name, OwnedMetadata.labels(new ResourceNames(stream))))
        .withType("Opaque")
        .withStringData(files)
        .build();
  }

  /**
   * The object of a shard, without status.
   *
   * @param storageUid of the StreamStorage, with which it goes
   */
  public static Shard shard(DesiredStream stream, ShardSpec spec, String storageUid) {
    ResourceNames names = stream.names();
    Shard shard = new Shard();
    shard.setMetadata(
        OwnedMetadata.ownedByStorage(
            stream.identity(),
            storageUid,
            names.shard(spec.shardId()),
            spec.shardSet() == null
                ? OwnedMetadata.labels(names)
                : OwnedMetadata.labels(names, spec.shardSet())));
    shard.setSpec(spec);
    return OwnedMetadata.hashed(shard);
  }
}
