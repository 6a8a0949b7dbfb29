package dev.millrace.e2e.cluster;

import dev.millrace.crds.Api;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
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
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Millrace, installed by its chart in a namespace of its own under Pod Security "restricted", with
 * two gateways and an operator that minds no other namespace. One a run; {@link #close} removes it.
 */
final class Installation implements AutoCloseable {
  /** Name of the gateways' Deployment and Service. */
  static final String GATEWAY = "millrace-gateway";

  /** Name of the operator's Deployment. */
  static final String OPERATOR = "millrace-operator";

  /** How long what should be ready soon may take, on a machine that is busy with other things. */
  static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Where the repository is; Maven runs tests in the module's folder. */
  static final Path REPOSITORY =
      Path.of(System.getProperty("millrace.repository", "..")).normalize();

  private static final int GATEWAY_PORT = 4567;
  private static final Path PICTURES = Path.of("target", "cluster");

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

  /** Installs; what was begun is removed again where it fails. */
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
    } catch (AssertionError e) {
      installation.takePicture("installation");
      installation.close();
      throw e;
    }
  }

  private void install() {
    refuseRivals();
    kubectl("create", "namespace", namespace);
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    kubectl("config", "set-context", "--current", "--namespace", namespace);
    // As the chart's README tells it: Helm itself installs definitions once and never renews them.
    String definitions = REPOSITORY.resolve("crds/yaml").toString();
    kubectl("apply", "--server-side", "--force-conflicts", "--filename", definitions);
    helm(
        "install",
        "millrace",
        REPOSITORY.resolve("charts/millrace").toString(),
        "--wait",
        "--timeout=" + PATIENCE.toSeconds() + "s",
        "--set=images.dataplane=" + images.prefix() + "-dataplane",
        "--set=images.operator=" + images.prefix() + "-operator",
        "--set=images.tag=" + images.tag(),
        "--set=gateways[0].replicas=2",
        "--set=operator.namespaces={" + namespace + "}");
  }

  /** An operator of the whole cluster would do the work of ours, even while ours is away. */
  private void refuseRivals() {
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
                  "an operator in namespace %s minds every namespace: uninstall it first"
                      .formatted(operator.getMetadata().getNamespace()));
            });
  }

  /**
   * Fabric8 takes every PKCS#8 key for an RSA key unless it is told; many clusters hand out
   * elliptic ones.
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

  /** The namespace of everything here. */
  String namespace() {
    return namespace;
  }

  /** What the client pods run. */
  String clientImage() {
    return images.client();
  }

  /** The API server; give {@link #namespace} to every call. */
  KubernetesClient kubernetes() {
    return kubernetes;
  }

  /** The environment in which a program speaks with this cluster and this namespace. */
  Map<String, String> environment() {
    return Map.of("KUBECONFIG", cluster.kubeconfig().toString());
  }

  /** Runs kubectl in the namespace; it must succeed. What it printed. */
  String kubectl(String... arguments) {
    return tryKubectl("", arguments).succeeded();
  }

  /** Applies a manifest; it must be taken. */
  void apply(String manifest) {
    tryKubectl(manifest, "apply", "--filename=-").succeeded();
  }

  /** Runs kubectl in the namespace, with a manifest on its standard input, however it ends. */
  Program.Result tryKubectl(String manifest, String... arguments) {
    return run("kubectl", manifest, arguments);
  }

  private void helm(String... arguments) {
    run("helm", "", arguments).succeeded();
  }

  private Program.Result run(String program, String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    return Program.run(environment(), input, command);
  }

  /** Makes a stream with one shard and waits until it is ready. */
  void streamIsMade(String name) {
    apply(Manifests.stream(name, "shardCount: 1"));
    awaitReady(name);
  }

  /** Waits until a stream is ready in its present generation. */
  void awaitReady(String stream) {
    awaitCondition(stream, "Ready");
  }

  /** Waits for a condition of a stream, as people do. */
  void awaitCondition(String stream, String condition) {
    kubectl(
        "wait",
        "--for=condition=" + condition,
        "kinesisstream/" + stream,
        "--timeout=" + PATIENCE.toSeconds() + "s");
  }

  /** The pods of a stream. */
  List<Pod> shardPods(String stream) {
    return kubernetes
        .pods()
        .inNamespace(namespace)
        .withLabel(Api.STREAM_LABEL, stream)
        .list()
        .getItems();
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
   * Removes a pod at once: it is told to stop and ended soon after, whether it has stopped or not,
   * and its successor does not wait for that. (What a kill without a word does to a shard is the
   * business of {@code CrashTest}.)
   */
  void kill(Pod pod) {
    kubectl("delete", "pod", pod.getMetadata().getName(), "--grace-period=0", "--force");
  }

  /** Waits for the pod that comes in the place of a killed one, by the same name. */
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
            PATIENCE.toSeconds(),
            TimeUnit.SECONDS);
  }

  /** Sets how many pods a Deployment has, and waits until it has them. */
  void scale(String deployment, int replicas) {
    kubectl("scale", "deployment/" + deployment, "--replicas=" + replicas);
    if (replicas == 0) {
      Eventually.holds(deployment + " has no pods", PATIENCE, () -> podsOf(deployment).isEmpty());
    } else {
      kubectl(
          "rollout",
          "status",
          "deployment/" + deployment,
          "--timeout=" + PATIENCE.toSeconds() + "s");
    }
  }

  /** What the pods of applications use, and what a person reads with kubectl. */
  AwsBasicCredentials credentials() {
    Secret secret =
        kubernetes.secrets().inNamespace(namespace).withName("millrace-credentials").require();
    return AwsBasicCredentials.create(
        decoded(secret, "AWS_ACCESS_KEY_ID"), decoded(secret, "AWS_SECRET_ACCESS_KEY"));
  }

  private static String decoded(Secret secret, String key) {
    String value = Optional.ofNullable(secret.getData().get(key)).orElseThrow();
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  /** The Kinesis API as a program outside the cluster reaches it. */
  ForwardedApi api() {
    LocalPortForward forward =
        kubernetes.services().inNamespace(namespace).withName(GATEWAY).portForward(GATEWAY_PORT);
    return new ForwardedApi(
        forward,
        KinesisClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + forward.getLocalPort()))
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(credentials()))
            .httpClientBuilder(ApacheHttpClient.builder())
            .build());
  }

  /**
   * A client and the port that leads it to a gateway.
   *
   * @param forward the port, on this machine
   * @param kinesis the AWS SDK's client
   */
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

  /** Writes down all that a person would look at first when something is wrong. */
  void takePicture(String name) {
    StringBuilder picture = new StringBuilder();
    for (String[] look :
        new String[][] {
          {
            "get", "kinesisstreams,shards,statefulsets,pods,persistentvolumeclaims", "--output=wide"
          },
          {"describe", "kinesisstreams"},
          {"get", "events", "--sort-by=.lastTimestamp"},
          {"logs", "deployment/" + OPERATOR, "--tail=80"},
          {"logs", "--selector=app.kubernetes.io/component=gateway", "--tail=40", "--prefix"},
          {"logs", "--selector=" + Api.STREAM_LABEL, "--tail=40", "--prefix"},
        }) {
      Program.Result result = tryKubectl("", look);
      picture
          .append("\n$ kubectl ")
          .append(String.join(" ", look))
          .append('\n')
          .append(result.out())
          .append(result.err());
    }
    try {
      Files.createDirectories(PICTURES);
      Files.writeString(PICTURES.resolve(name + ".txt"), picture);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    run("helm", "", "uninstall", "millrace", "--namespace", namespace);
    tryKubectl("", "delete", "namespace", namespace, "--timeout=" + PATIENCE.toSeconds() + "s");
    kubernetes.close();
    cluster.close();
  }
}
