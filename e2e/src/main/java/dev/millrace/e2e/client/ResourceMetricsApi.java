// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * As much of the API {@code metrics.k8s.io} as a HorizontalPodAutoscaler asks for: the CPU that the
 * containers of a namespace really use, as their kubelets measure it. It stands in for
 * metrics-server on a cluster that has none. Arguments: the names of the nodes.
 *
 * <p>It returns all pods of the namespace, whatever the label selector: an autoscaler looks up its
 * own among them.
 */
public final class ResourceMetricsApi {
  private static final int PORT = 8443;
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Path KEYS = Path.of("/tmp/keys.p12");

  /** Protects nothing: the key in the file is as short-lived as the pod. */
  private static final String PASSWORD = "changeit";

  private static final Pattern CPU =
      Pattern.compile(
          "container_cpu_usage_seconds_total\\{container=\"(.+?)\",namespace=\"(.+?)\",pod=\"(.+?)\"}"
              + " (\\S+) (\\d+)");

  private static final Pattern PODS =
      Pattern.compile("/apis/metrics\\.k8s\\.io/v1beta1/namespaces/([^/]+)/pods");

  private static final String RESOURCES =
      """
      {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1",
       "resources": [{"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics",
                      "verbs": ["get", "list"]}]}
      """;

  private final HttpClient kubernetes;
  private final List<String> nodes;

  /** The last two different samples of each container. */
  private final Map<Container, Usage> usages = new ConcurrentHashMap<>();

  private record Container(String namespace, String pod, String name) {}

  private record Sample(double cpuSeconds, long millis) {}

  private record Usage(Optional<Sample> earlier, Sample later) {
    Usage then(Sample next) {
      return next.millis() == later.millis() ? this : new Usage(Optional.of(later), next);
    }
  }

  private ResourceMetricsApi(HttpClient kubernetes, List<String> nodes) {
    this.kubernetes = kubernetes;
    this.nodes = nodes;
  }

  /** Serves until it is killed; see the class. */
  public static void main(String[] nodes)
      throws IOException, GeneralSecurityException, InterruptedException {
    ResourceMetricsApi api =
        new ResourceMetricsApi(
            HttpClient.newBuilder().sslContext(trustingTheCluster()).build(), List.of(nodes));
    HttpsServer server = HttpsServer.create(new InetSocketAddress(PORT), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(withNewKey()));
    server.createContext("/", api::answer);
    server.start();
    while (true) {
      api.sample();
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  private static SSLContext trustingTheCluster() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(ACCOUNT.resolve("ca.crt"))) {
      trusted.setCertificateEntry(
          "cluster", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The JDK signs certificates with its program keytool only. */
  private static SSLContext withNewKey()
      throws IOException, GeneralSecurityException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    int exit =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=metrics",
                "-keystore",
                KEYS.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("keytool ended with " + exit);
    }
    KeyStore keys = KeyStore.getInstance(KEYS.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory manager =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    manager.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(manager.getKeyManagers(), null, null);
    return context;
  }

  /** A node that does not answer is asked again the next time. */
  private void sample() throws InterruptedException {
    for (String node : nodes) {
      try {
        Matcher found = CPU.matcher(get("/api/v1/nodes/" + node + "/proxy/metrics/resource"));
        while (found.find()) {
          Sample sample =
              new Sample(Double.parseDouble(found.group(4)), Long.parseLong(found.group(5)));
          usages.merge(
              new Container(found.group(2), found.group(3), found.group(1)),
              new Usage(Optional.empty(), sample),
              (known, fresh) -> known.then(fresh.later()));
        }
      } catch (IOException e) {
        System.err.println(node + ": " + e);
      }
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    // Read each time: the kubelet replaces it.
    String token = Files.readString(ACCOUNT.resolve("token"));
    HttpResponse<String> response =
        kubernetes.send(
            HttpRequest.newBuilder(URI.create("https://kubernetes.default.svc" + path))
                .header("Authorization", "Bearer " + token.strip())
                .timeout(INTERVAL)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + " was answered with " + response.statusCode());
    }
    return response.body();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Matcher pods = PODS.matcher(path);
      if (pods.matches()) {
        send(exchange, 200, podMetrics(pods.group(1)));
      } else if (path.equals("/apis/metrics.k8s.io/v1beta1")) {
        send(exchange, 200, RESOURCES);
      } else {
        send(exchange, 404, "{}");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private String podMetrics(String namespace) {
    String items =
        usages.entrySet().stream()
            .filter(entry -> entry.getKey().namespace().equals(namespace))
            .filter(entry -> entry.getValue().earlier().isPresent())
            .map(
                entry ->
                    item(
                        entry.getKey(),
                        entry.getValue().earlier().orElseThrow(),
                        entry.getValue().later()))
            .collect(Collectors.joining(","));
    return """
    {"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": [%s]}
    """
        .formatted(items);
  }

  /** The pods in question have one container each. */
  private static String item(Container container, Sample earlier, Sample later) {
    double seconds = (later.millis() - earlier.millis()) / 1000.0;
    long nanocores = Math.round((later.cpuSeconds() - earlier.cpuSeconds()) / seconds * 1e9);
    return """
    {"metadata": {"name": "%s", "namespace": "%s"}, "timestamp": "%s", "window": "%.0fs",
     "containers": [{"name": "%s", "usage": {"cpu": "%dn", "memory": "0"}}]}
    """
        .formatted(
            container.pod(),
            container.namespace(),
            Instant.ofEpochMilli(later.millis()),
            seconds,
            container.name(),
            Math.max(0, nanocores));
  }
}
