// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Millrace, installed by its chart in a new namespace under Pod Security "restricted", with two
 * gateways and an operator that watches only this namespace. There is one for each run; {@link
 * #close} removes it.
 */
final class Installation implements AutoCloseable {
  /** Name of the gateways' Deployment and Service. */
  static final String GATEWAY = "millrace-gateway";

  /** Name of the operator's Deployment. */
  static final String OPERATOR = "millrace-operator";

  /** Limit for everything that is normally done within seconds, on a busy machine. */
  static final Duration TIMEOUT = Duration.ofMinutes(4);

  /** The root of the repository, relative to the module's folder where Maven runs tests. */
  static final Path REPOSITORY =
      Path.of(System.getProperty("millrace.repository", "..")).normalize();

  private static final int KINESIS_PORT = 4567;
  private static final Path DUMPS = Path.of("target", "cluster");

  /** What the kubelet says of a container whose image it will not get by waiting. */
  private static final Set<String> NO_IMAGE =
      Set.of("ErrImageNeverPull", "ImagePullBackOff", "InvalidImageName");

  private final Cluster cluster;
  private final Images images;
  private final String namespace;
  private final KubernetesClient kubernetes;

  private Installation(
      Cluster cluster, Images images, String namespace, KubernetesClient kubernetes) {
    this.cluster = cluster;
    this.images = images;
    this.namespace = namespace;
    this.kubernetes = kubernetes;
  }

  /** Installs, and removes what is there already if that fails. */
  static Installation begin() {
    Images images = Images.underTest();
    Cluster cluster = Cluster.reach(images);
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    Installation installation =
        new Installation(
            cluster,
            images,
            "e2e-" + HexFormat.of().formatHex(random),
            new KubernetesClientBuilder().withConfig(config(cluster.kubeconfig())).build());
    try {
      installation.install();
      return installation;
    } catch (RuntimeException | AssertionError e) {
      installation.dump("installation");
      installation.close();
      throw e;
    }
  }

  private void install() {
    assertNoClusterWideOperator();
    kubectl("create", "namespace", namespace);
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    kubectl("config", "set-context", "--current", "--namespace", namespace);
    applyDefinitions();
    upgrade();
  }

  /** As the chart's README says: Helm itself installs definitions once and never updates them. */
  void applyDefinitions() {
    String definitions = REPOSITORY.resolve("crds/yaml").toString();
    kubectl("apply", "--server-side", "--force-conflicts", "--filename", definitions);
  }

  /** Installs the chart or changes the installation, and waits until all pods are those of it. */
  void upgrade(String... values) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "upgrade",
                "--install",
                "millrace",
                REPOSITORY.resolve("charts/millrace").toString(),
                "--set=images.dataplane=" + images.prefix() + "-dataplane",
                "--set=images.operator=" + images.prefix() + "-operator",
                "--set=images.tag=" + images.tag(),
                "--set=gateways[0].replicas=2",
                // One in most tests: the machine that runs them is small.
                "--set=streams.replicas=" + Integer.getInteger("millrace.replicas", 1),
                "--set=operator.namespaces={" + namespace + "}"));
    arguments.addAll(List.of(values));
    helm(arguments.toArray(String[]::new));
    Eventually.holds("the pods of the chart are ready", TIMEOUT, this::isReady);
    for (String deployment : List.of(OPERATOR, GATEWAY)) {
      awaitRollout(deployment);
    }
  }

  private void awaitRollout(String deployment) {
    kubectl(
        "rollout", "status", "deployment/" + deployment, "--timeout=" + TIMEOUT.toSeconds() + "s");
  }

  /** A stream of this installation's namespace. */
  KinesisStream stream(String name) {
    return kubernetes
        .resources(KinesisStream.class)
        .inNamespace(namespace)
        .withName(name)
        .require();
  }

  /** Where {@code helm --wait} would wait minutes for an image that no node has, this fails. */
  private boolean isReady() {
    for (Pod pod : kubernetes.pods().inNamespace(namespace).list().getItems()) {
      for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
        ContainerStateWaiting waiting = container.getState().getWaiting();
        if (waiting != null && NO_IMAGE.contains(waiting.getReason())) {
          throw new AssertionError(
              "%s has no image: %s %s"
                  .formatted(
                      pod.getMetadata().getName(), waiting.getReason(), waiting.getMessage()));
        }
      }
    }
    List<Deployment> deployments =
        kubernetes.apps().deployments().inNamespace(namespace).list().getItems();
    return !deployments.isEmpty() && deployments.stream().allMatch(Readiness::isDeploymentReady);
  }

  /** Such an operator would also reconcile our streams, even while a test has stopped ours. */
  private void assertNoClusterWideOperator() {
    kubernetes
        .apps()
        .deployments()
        .inAnyNamespace()
        .withLabel("app.kubernetes.io/component", "operator")
        .withLabel("app.kubernetes.io/name", "millrace")
        .list()
        .getItems()
        .stream()
        .filter(operator -> !operator.toString().contains("MILLRACE_NAMESPACES"))
        .findFirst()
        .ifPresent(
            operator -> {
              throw new AssertionError(
                  "the operator in namespace %s watches all namespaces: uninstall it first"
                      .formatted(operator.getMetadata().getNamespace()));
            });
  }

  /**
   * Fabric8 assumes that a PKCS#8 key is an RSA key unless it is configured otherwise; many
   * clusters issue EC keys.
   */
  private static Config config(Path kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    if (config.getClientKeyData() == null) {
      return config;
    }
    String pem =
        new String(Base64.getDecoder().decode(config.getClientKeyData()), StandardCharsets.UTF_8);
    byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
    try {
      KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
      return new ConfigBuilder(config).withClientKeyAlgo("EC").build();
    } catch (GeneralSecurityException e) {
      return config;
    }
  }

  /** The namespace that everything is installed in. */
  String namespace() {
    return namespace;
  }

  /** The image of the client pods. */
  String clientImage() {
    return images.client();
  }

  /** Whether the image of this program in {@code examples} is on the cluster. */
  boolean hasExample(String name) {
    return images.hasExample(name);
  }

  /** A client of the API server; pass {@link #namespace} to every call. */
  KubernetesClient kubernetes() {
    return kubernetes;
  }

  /** The environment that points a program to this cluster and namespace. */
  Map<String, String> environment() {
    return Map.of("KUBECONFIG", cluster.kubeconfig().toString());
  }

  /** Runs kubectl in the namespace and returns its output; fails unless kubectl succeeds. */
  String kubectl(String... arguments) {
    return tryKubectl("", arguments).succeeded();
  }

  /** Applies a manifest; fails unless the API server accepts it. */
  void apply(String manifest) {
    tryKubectl(manifest, "apply", "--filename=-").succeeded();
  }

  /** Runs kubectl in the namespace with a manifest on its standard input; it may fail. */
  Program.ProgramResult tryKubectl(String manifest, String... arguments) {
    return run("kubectl", manifest, arguments);
  }

  private void helm(String... arguments) {
    run("helm", "", arguments).succeeded();
  }

  private Program.ProgramResult run(String program, String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    return Program.run(environment(), input, command);
  }

  /** Creates a stream with one shard and waits until it is ready. */
  void createStream(String name) {
    apply(Manifests.stream(name, "shardCount: 1"));
    awaitReady(name);
  }

  /** Waits until the current generation of a stream is ready. */
  void awaitReady(String stream) {
    awaitCondition(stream, "Ready");
  }

  /** Waits for a condition of a stream with {@code kubectl wait}, as users do. */
  void awaitCondition(String stream, String condition) {
    kubectl(
        "wait",
        "--for=condition=" + condition,
        "kinesisstream/" + stream,
        "--timeout=" + TIMEOUT.toSeconds() + "s");
  }

  /** The shard pods of a stream. */
  List<Pod> shardPods(String stream) {
    return kubernetes
        .pods()
        .inNamespace(namespace)
        .withLabel(Api.STREAM_LABEL, stream)
        .list()
        .getItems();
  }

  /** The Shards of a stream. */
  List<Shard> shards(String stream) {
    return kubernetes
        .resources(Shard.class)
        .inNamespace(namespace)
        .withLabel(Api.STREAM_LABEL, stream)
        .list()
        .getItems();
  }

  /** The status of a stream's only shard. */
  ShardStatus onlyShard(String stream) {
    return shards(stream).getFirst().getStatus();
  }

  /** Waits until all three replicas of a stream's shards keep up, and the stream is ready. */
  void awaitAllInStep(String stream) {
    Eventually.holds(
        "all replicas of " + stream + " keep up",
        TIMEOUT,
        () ->
            shards(stream).stream()
                .map(Shard::getStatus)
                .allMatch(shard -> shard.phase() == Phase.OPEN && "3/3".equals(shard.inStep())));
    awaitReady(stream);
  }

  /** The pods of a Deployment of the chart. */
  List<Pod> podsOf(String deployment) {
    return kubernetes
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", deployment.replace("millrace-", ""))
        .list()
        .getItems();
  }

  /**
   * Deletes a pod by force: its successor is created without waiting until it has stopped. It does
   * receive a SIGTERM first; {@code CrashTest} covers processes that do not.
   */
  void kill(Pod pod) {
    kubectl("delete", "pod", pod.getMetadata().getName(), "--grace-period=0", "--force");
  }

  /** Waits until the pod that replaces a killed one, under the same name, is ready. */
  void awaitSuccessor(Pod killed) {
    kubernetes
        .pods()
        .inNamespace(namespace)
        .withName(killed.getMetadata().getName())
        .waitUntilCondition(
            pod ->
                pod != null
                    && !pod.getMetadata().getUid().equals(killed.getMetadata().getUid())
                    && Readiness.isPodReady(pod),
            TIMEOUT.toSeconds(),
            TimeUnit.SECONDS);
  }

  /** Scales a Deployment and waits until that is done. */
  void scale(String deployment, int replicas) {
    kubectl("scale", "deployment/" + deployment, "--replicas=" + replicas);
    if (replicas == 0) {
      Eventually.holds(deployment + " has no pods", TIMEOUT, () -> podsOf(deployment).isEmpty());
    } else {
      awaitRollout(deployment);
    }
  }

  /** The credentials that the chart generated for applications. */
  AwsBasicCredentials credentials() {
    return credentials(namespace);
  }

  private AwsBasicCredentials credentials(String inNamespace) {
    Secret secret =
        kubernetes.secrets().inNamespace(inNamespace).withName("millrace-credentials").require();
    return AwsBasicCredentials.create(
        decoded(secret, "AWS_ACCESS_KEY_ID"), decoded(secret, "AWS_SECRET_ACCESS_KEY"));
  }

  private static String decoded(Secret secret, String key) {
    String value = Optional.ofNullable(secret.getData().get(key)).orElseThrow();
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  /** The URL of the gateways in the cluster. */
  String gatewayEndpoint() {
    return "http://%s.%s.svc:%d".formatted(GATEWAY, namespace, KINESIS_PORT);
  }

  /** The URL of a stream's own pods in the cluster, once the stream shows it. */
  String directEndpoint(String stream) {
    Eventually.holds(
        stream + " has a direct endpoint",
        TIMEOUT,
        () -> stream(stream).getStatus().directEndpoint() != null);
    return String.valueOf(stream(stream).getStatus().directEndpoint());
  }

  /** Forwards a local port to a gateway, as for a program outside the cluster. */
  ForwardedApi api() {
    return api(GATEWAY);
  }

  /** Forwards a local port to a pod of a Service with the Kinesis API. */
  ForwardedApi api(String service) {
    return api(namespace, service);
  }

  /** Forwards a local port to a Service of another namespace, whose credentials it uses. */
  ForwardedApi api(String inNamespace, String service) {
    LocalPortForward forward =
        kubernetes.services().inNamespace(inNamespace).withName(service).portForward(KINESIS_PORT);
    return new ForwardedApi(
        forward,
        KinesisClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + forward.getLocalPort()))
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(credentials(inNamespace)))
            .httpClientBuilder(ApacheHttpClient.builder())
            .build());
  }

  /** A client of the AWS SDK and the forwarded port that it uses. */
  record ForwardedApi(LocalPortForward forward, KinesisClient kinesis) implements AutoCloseable {
    @Override
    public void close() {
      kinesis.close();
      try {
        forward.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Writes to a file what one looks at first when a test has failed: objects, events, logs. */
  void dump(String name) {
    StringBuilder dump = new StringBuilder();
    for (String[] command :
        new String[][] {
          {
            "get",
            "kinesisstreams,streamstorages,shards,statefulsets,pods,persistentvolumeclaims",
            "--output=wide"
          },
          {"describe", "kinesisstreams"},
          {"get", "events", "--sort-by=.lastTimestamp"},
          {"logs", "deployment/" + OPERATOR, "--tail=80"},
          {"logs", "--selector=app.kubernetes.io/component=gateway", "--tail=40", "--prefix"},
          {"logs", "--selector=" + Api.STREAM_LABEL, "--tail=40", "--prefix"},
          {"logs", "--selector=" + KclApplication.LABEL, "--tail=40", "--prefix"},
        }) {
      Program.ProgramResult result = tryKubectl("", command);
      dump.append("\n$ kubectl ")
          .append(String.join(" ", command))
          .append('\n')
          .append(result.out())
          .append(result.err());
    }
    try {
      Files.createDirectories(DUMPS);
      Files.writeString(DUMPS.resolve(name + ".txt"), dump);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    run("helm", "", "uninstall", "millrace", "--namespace", namespace);
    tryKubectl("", "delete", "namespace", namespace, "--timeout=" + TIMEOUT.toSeconds() + "s");
    kubernetes.close();
    cluster.close();
  }
}
