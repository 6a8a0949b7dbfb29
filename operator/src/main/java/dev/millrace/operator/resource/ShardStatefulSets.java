// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.report.GroupPorts;
import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStreamSpec.ZoneSpread;
import dev.millrace.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Builds the StatefulSet of a shard set: a pod with a volume for each replica. The pods have no API
 * server account and meet the "restricted" pod security standard.
 */
public final class ShardStatefulSets {
  private static final int HEALTH_PORT = 4568;
  private static final long USER = 65_532;
  private static final long TERMINATION_SECONDS = 30;

  /** Replaying a large log takes time: ten minutes at one probe a second. */
  private static final int STARTUP_FAILURES = 600;

  private static final long PRE_STOP_SECONDS = 3;

  private static final String ACCESS = "access";
  private static final String ACCESS_FOLDER = "/etc/millrace/access";
  private static final String CREDENTIALS = "credentials";
  private static final String TOKEN_KEY = "token.key";
  private static final String TLS_CERTIFICATE = "tls.crt";
  private static final String TLS_KEY = "tls.key";

  private static final String MASTER_KEYS = "master-keys";
  private static final String MASTER_KEYS_FOLDER = "/etc/millrace/master-keys";

  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String RAFT = "raft";
  private static final String RAFT_FOLDER = "/etc/millrace/raft";
  private static final String RPC = "rpc";
  private static final String RPC_FOLDER = "/etc/millrace/rpc";

  static final String VOLUME = "data";

  private ShardStatefulSets() {}

  /**
   * The StatefulSet of a shard set.
   *
   * @param groups number of Raft groups that each of its pods has a member of
   */
  public static StatefulSet statefulSet(
      DesiredStream stream, String shardSet, int groups, OperatorSettings settings) {
    ResourceNames names = stream.names();
    return OwnedMetadata.hashed(
        new StatefulSetBuilder()
            .withMetadata(
                OwnedMetadata.owned(
                    stream.identity(), shardSet, OwnedMetadata.labels(names, shardSet)))
            .withNewSpec()
            .withReplicas(stream.replicas())
            .withServiceName(names.base())
            .withPodManagementPolicy("Parallel")
            .withNewSelector()
            .withMatchLabels(OwnedMetadata.selector(names, shardSet))
            .endSelector()
            // With one replica there is no order to keep. Of several the operator deletes one after
            // the other: only it knows which of them are needed for a majority.
            .withNewUpdateStrategy()
            .withType(stream.isReplicated() ? "OnDelete" : "RollingUpdate")
            .endUpdateStrategy()
            .withNewPersistentVolumeClaimRetentionPolicy()
            // Claims belong to the StreamStorage: nobody loses records by deleting a StatefulSet.
            .withWhenDeleted("Retain")
            .withWhenScaled("Retain")
            .endPersistentVolumeClaimRetentionPolicy()
            .withTemplate(template(stream, shardSet, groups, settings))
            .withVolumeClaimTemplates(claim(stream))
            .endSpec()
            .build());
  }

  private static PodTemplateSpec template(
      DesiredStream stream, String shardSet, int groups, OperatorSettings settings) {
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
        .withTopologySpreadConstraints(
            stream.isReplicated()
                ? replicaSpread(stream, shardSet)
                : List.of(spread(ZONE, Map.of(Api.STREAM_LABEL, names.label()), false)))
        .withContainers(container(stream, groups, settings))
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .addNewVolume()
        .withName(ACCESS)
        .withNewProjected()
        .withSources(access(settings))
        .endProjected()
        .endVolume()
        .addToVolumes(masterKeys(settings))
        .addToVolumes(secretVolume(RPC, names.rpcSecretKey()))
        .addAllToVolumes(
            stream.isReplicated() ? List.of(secretVolume(RAFT, names.raftSecretKey())) : List.of())
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

  /** A zone has one replica of a shard set, and so has a node where there are too few zones. */
  private static List<TopologySpreadConstraint> replicaSpread(
      DesiredStream stream, String shardSet) {
    Map<String, String> replicas = OwnedMetadata.selector(stream.names(), shardSet);
    return List.of(
        spread(ZONE, replicas, stream.zones() == ZoneSpread.REQUIRED),
        spread("kubernetes.io/hostname", replicas, false));
  }

  private static TopologySpreadConstraint spread(
      String domain, Map<String, String> pods, boolean isRequired) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey(domain)
        .withWhenUnsatisfiable(isRequired ? "DoNotSchedule" : "ScheduleAnyway")
        .withNewLabelSelector()
        .withMatchLabels(pods)
        .endLabelSelector()
        .build();
  }

  /** A namespace may get it later or never: until then no stream of it can be encrypted. */
  private static Volume masterKeys(OperatorSettings settings) {
    return new VolumeBuilder()
        .withName(MASTER_KEYS)
        .withNewSecret()
        .withSecretName(settings.masterKeysSecret())
        .withOptional(true)
        .endSecret()
        .build();
  }

  private static Volume secretVolume(String name, ObjectKey secret) {
    return new VolumeBuilder()
        .withName(name)
        .withNewSecret()
        .withSecretName(secret.name())
        .endSecret()
        .build();
  }

  /**
   * What the front of a pod shares with the other fronts of the namespace. A namespace may get the
   * Secrets later or never: the pod hosts its shards in any case, and opens the Kinesis port once
   * they are there.
   */
  private static List<VolumeProjection> access(OperatorSettings settings) {
    List<VolumeProjection> sources = new ArrayList<>();
    if (!settings.anonymous()) {
      sources.add(projected(settings.credentialsSecret(), CREDENTIALS));
      sources.add(projected(UserDirectory.SECRET, UserDirectory.FILE));
    }
    sources.add(projected(settings.tokenKeySecret(), TOKEN_KEY));
    settings
        .tlsSecret()
        .ifPresent(secret -> sources.add(projected(secret, TLS_CERTIFICATE, TLS_KEY)));
    return sources;
  }

  private static VolumeProjection projected(String secret, String... keys) {
    return new VolumeProjectionBuilder()
        .withNewSecret()
        .withName(secret)
        .withOptional(true)
        .withItems(Stream.of(keys).map(key -> new KeyToPath(key, null, key)).toList())
        .endSecret()
        .build();
  }

  private static List<EnvVar> environment(
      DesiredStream stream, int groups, OperatorSettings settings) {
    String namespace = stream.identity().namespace();
    List<EnvVar> environment = new ArrayList<>();
    environment.add(variable("MILLRACE_ROLE", "shard"));
    environment.add(variable("MILLRACE_HOST", "0.0.0.0"));
    environment.add(variable("MILLRACE_PORT", Integer.toString(ResourceNames.KINESIS_PORT)));
    environment.add(variable("MILLRACE_RPC_PORT", Integer.toString(ResourceNames.RPC_PORT)));
    environment.add(variable("MILLRACE_HEALTH_PORT", Integer.toString(HEALTH_PORT)));
    environment.add(variable("MILLRACE_DATA", "/data/millrace"));
    environment.add(variable("MILLRACE_NAMESPACE", namespace));
    environment.add(variable("MILLRACE_REGION", settings.region()));
    environment.add(variable("MILLRACE_GATEWAY", settings.endpointIn(namespace)));
    environment.add(
        variable(
            "MILLRACE_NOTICES_TO",
            settings.noticesUrl() + NoticePath.of(namespace, stream.identity().name())));
    environment.add(variable("MILLRACE_TOKEN_KEY", mounted(TOKEN_KEY)));
    environment.add(variable("MILLRACE_MASTER_KEYS", MASTER_KEYS_FOLDER));
    if (settings.anonymous()) {
      environment.add(variable("MILLRACE_ANONYMOUS", "true"));
    } else {
      environment.add(variable("MILLRACE_CREDENTIALS_FILE", mounted(CREDENTIALS)));
      environment.add(variable("MILLRACE_USERS_FILE", mounted(UserDirectory.FILE)));
    }
    environment.add(variable("MILLRACE_AUDIT", settings.audit()));
    if (settings.tlsSecret().isPresent()) {
      environment.add(variable("MILLRACE_TLS_CERTIFICATE", mounted(TLS_CERTIFICATE)));
      environment.add(variable("MILLRACE_TLS_KEY", mounted(TLS_KEY)));
    }
    environment.add(variable("MILLRACE_RPC_TLS", RPC_FOLDER));
    if (stream.isReplicated()) {
      environment.add(variable("MILLRACE_RAFT_TLS", RAFT_FOLDER));
    }
    if (groups > 1) {
      environment.add(variable("MILLRACE_GROUPS", Integer.toString(groups)));
    }
    return environment;
  }

  private static String mounted(String key) {
    return ACCESS_FOLDER + "/" + key;
  }

  /** The ports of the members of groups, but that of the first one's internal RPC. */
  private static List<ContainerPort> groupPorts(DesiredStream stream, int groups) {
    List<ContainerPort> ports = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      if (group > 0) {
        ports.add(port(RPC + "-" + group, GroupPorts.of(ResourceNames.RPC_PORT, group)));
      }
      if (stream.isReplicated()) {
        ports.add(
            port(
                group == 0 ? RAFT : RAFT + "-" + group,
                GroupPorts.of(ResourceNames.RAFT_PORT, group)));
      }
    }
    return ports;
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder().withName(name).withContainerPort(number).build();
  }

  private static Container container(DesiredStream stream, int groups, OperatorSettings settings) {
    return new ContainerBuilder()
        .withName("shard")
        .withImage(settings.shardImage())
        .withImagePullPolicy(settings.shardImagePullPolicy())
        .withEnv(environment(stream, groups, settings))
        .addNewPort()
        .withName("kinesis")
        .withContainerPort(ResourceNames.KINESIS_PORT)
        .endPort()
        .addNewPort()
        .withName(RPC)
        .withContainerPort(ResourceNames.RPC_PORT)
        .endPort()
        .addNewPort()
        .withName("health")
        .withContainerPort(HEALTH_PORT)
        .endPort()
        .addAllToPorts(groupPorts(stream, groups))
        // A terminating pod receives connections until every node knows that it terminates.
        .withNewLifecycle()
        .withNewPreStop()
        .withNewSleep(PRE_STOP_SECONDS)
        .endPreStop()
        .endLifecycle()
        .withStartupProbe(
            probe("/health/started", 1).toBuilder().withFailureThreshold(STARTUP_FAILURES).build())
        // A pod that is busy answers late; to kill it for that would make it busier.
        .withLivenessProbe(probe("/health/live", 10).toBuilder().withTimeoutSeconds(5).build())
        .withReadinessProbe(probe("/health/ready", 2))
        .withResources(resources())
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
        .addNewVolumeMount()
        .withName(ACCESS)
        .withMountPath(ACCESS_FOLDER)
        .withReadOnly(true)
        .endVolumeMount()
        .addToVolumeMounts(mount(MASTER_KEYS, MASTER_KEYS_FOLDER))
        .addToVolumeMounts(mount(RPC, RPC_FOLDER))
        .addAllToVolumeMounts(stream.isReplicated() ? List.of(mount(RAFT, RAFT_FOLDER)) : List.of())
        .build();
  }

  private static VolumeMount mount(String volume, String folder) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(folder)
        .withReadOnly(true)
        .build();
  }

  /** What a pod asks for. */
  public static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("50m"))
        .addToRequests("memory", new Quantity("256Mi"))
        // 883 MiB were seen in use (docs/operations.md).
        .addToLimits("memory", new Quantity("1536Mi"))
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

  /**
   * The claim exists before the StatefulSet, which takes it by its name: this only says which
   * volume is meant. It cannot be changed later: for another size the StatefulSet is replaced.
   */
  private static PersistentVolumeClaim claim(DesiredStream stream) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(VOLUME)
        .endMetadata()
        .withSpec(StreamObjects.volume(stream))
        .build();
  }
}
