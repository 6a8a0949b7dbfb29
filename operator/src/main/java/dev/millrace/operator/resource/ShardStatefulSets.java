// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStreamSpec.DeletionPolicy;
import dev.millrace.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Map;

/**
 * Builds the StatefulSet of a shard set: one pod with one volume. The pod has no API server account
 * and meets the "restricted" pod security standard.
 */
public final class ShardStatefulSets {
  private static final int HEALTH_PORT = 4568;
  private static final long USER = 65_532;
  private static final long TERMINATION_SECONDS = 30;

  /** Replaying a large log takes time: ten minutes at one probe a second. */
  private static final int STARTUP_FAILURES = 600;

  static final String VOLUME = "data";

  private ShardStatefulSets() {}

  /** The StatefulSet of a shard set. */
  public static StatefulSet statefulSet(
      DesiredStream stream, String shardSet, OperatorSettings settings) {
    ResourceNames names = stream.names();
    return OwnedMetadata.hashed(
        new StatefulSetBuilder()
            .withMetadata(
                OwnedMetadata.owned(
                    stream.identity(), shardSet, OwnedMetadata.labels(names, shardSet)))
            .withNewSpec()
            .withReplicas(1)
            .withServiceName(names.base())
            .withPodManagementPolicy("Parallel")
            .withNewSelector()
            .withMatchLabels(OwnedMetadata.selector(names, shardSet))
            .endSelector()
            // With one replica there is no order to keep. With more, the operator will restart the
            // pods itself (OnDelete): followers first, by match index.
            .withNewUpdateStrategy()
            .withType("RollingUpdate")
            .endUpdateStrategy()
            .withNewPersistentVolumeClaimRetentionPolicy()
            .withWhenDeleted(whenDeleted(stream.deletionPolicy()))
            .withWhenScaled("Retain")
            .endPersistentVolumeClaimRetentionPolicy()
            .withTemplate(template(stream, shardSet, settings))
            .withVolumeClaimTemplates(claim(stream))
            .endSpec()
            .build());
  }

  private static String whenDeleted(DeletionPolicy policy) {
    return switch (policy) {
      case DELETE -> "Delete";
      case RETAIN -> "Retain";
    };
  }

  private static PodTemplateSpec template(
      DesiredStream stream, String shardSet, OperatorSettings settings) {
    ResourceNames names = stream.names();
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(OwnedMetadata.labels(names, shardSet))
        .addToAnnotations(OwnedMetadata.STREAM_NAME, stream.identity().name())
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(TERMINATION_SECONDS)
        .withSecurityContext(security())
        .withTopologySpreadConstraints(spread(names))
        .withContainers(container(settings))
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  private static PodSecurityContext security() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static TopologySpreadConstraint spread(ResourceNames names) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey("topology.kubernetes.io/zone")
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withNewLabelSelector()
        .withMatchLabels(Map.of(Api.STREAM_LABEL, names.label()))
        .endLabelSelector()
        .build();
  }

  private static Container container(OperatorSettings settings) {
    return new ContainerBuilder()
        .withName("shard")
        .withImage(settings.shardImage())
        .withImagePullPolicy(settings.shardImagePullPolicy())
        .withEnv(
            variable("MILLRACE_ROLE", "shard"),
            variable("MILLRACE_HOST", "0.0.0.0"),
            variable("MILLRACE_RPC_PORT", Integer.toString(ResourceNames.RPC_PORT)),
            variable("MILLRACE_HEALTH_PORT", Integer.toString(HEALTH_PORT)),
            variable("MILLRACE_DATA", "/data/millrace"))
        .addNewPort()
        .withName("rpc")
        .withContainerPort(ResourceNames.RPC_PORT)
        .endPort()
        .addNewPort()
        .withName("health")
        .withContainerPort(HEALTH_PORT)
        .endPort()
        .withStartupProbe(
            probe("/health/started", 1).toBuilder().withFailureThreshold(STARTUP_FAILURES).build())
        // A pod that is busy answers late; to kill it for that would make it busier.
        .withLivenessProbe(probe("/health/live", 10).toBuilder().withTimeoutSeconds(5).build())
        .withReadinessProbe(probe("/health/ready", 2))
        .withNewResources()
        .addToRequests("cpu", new Quantity("50m"))
        .addToRequests("memory", new Quantity("256Mi"))
        .addToLimits("memory", new Quantity("1Gi"))
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName(VOLUME)
        .withMountPath("/data")
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .build();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static Probe probe(String path, int periodSeconds) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort("health")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .build();
  }

  /** The template of a claim cannot be changed later, so it contains only what is needed. */
  private static PersistentVolumeClaim claim(DesiredStream stream) {
    PersistentVolumeClaimBuilder claim =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName(VOLUME)
            .endMetadata()
            .withNewSpec()
            .withAccessModes("ReadWriteOnce")
            .withNewResources()
            .addToRequests("storage", stream.storageSize())
            .endResources()
            .endSpec();
    stream
        .storageClassName()
        .ifPresent(name -> claim.editSpec().withStorageClassName(name).endSpec());
    return claim.build();
  }
}
