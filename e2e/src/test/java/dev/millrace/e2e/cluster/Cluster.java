package dev.millrace.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * Where the tests run: the cluster of {@code KUBECONFIG}, whose nodes have the images already, or
 * else k3s in Docker, started here and given the images.
 */
final class Cluster implements AutoCloseable {
  private static final DockerImageName K3S = DockerImageName.parse("rancher/k3s:v1.34.4-k3s1");

  private final Path kubeconfig;
  private final Optional<K3sContainer> own;

  private Cluster(Path kubeconfig, Optional<K3sContainer> own) {
    this.kubeconfig = kubeconfig;
    this.own = own;
  }

  /** Finds a cluster or starts one; fails with a line that says what is missing. */
  static Cluster reach(Images images) {
    try {
      Path kubeconfig = Files.createTempFile("millrace-e2e-", ".kubeconfig");
      String given = System.getenv().getOrDefault("KUBECONFIG", "");
      if (!given.isEmpty()) {
        // One context with everything in it, so that tests may change it and start in any folder.
        Files.writeString(
            kubeconfig,
            Program.run(
                    Map.of(),
                    "",
                    List.of("kubectl", "config", "view", "--raw", "--minify", "--flatten"))
                .succeeded());
        return new Cluster(kubeconfig, Optional.empty());
      }
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        throw new AssertionError(
            "The cluster tests need a cluster: set KUBECONFIG, or start Docker for a k3s in it.");
      }
      K3sContainer k3s = new K3sContainer(K3S);
      k3s.start();
      load(k3s, images);
      Files.writeString(kubeconfig, k3s.getKubeConfigYaml());
      return new Cluster(kubeconfig, Optional.of(k3s));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void load(K3sContainer k3s, Images images)
      throws IOException, InterruptedException {
    Path archive = Files.createTempFile("millrace-e2e-", ".tar");
    try {
      List<String> save =
          Stream.concat(
                  Stream.of("docker", "save", "--output", archive.toString()),
                  images.all().stream())
              .toList();
      Program.run(Map.of(), "", save).succeeded();
      k3s.copyFileToContainer(MountableFile.forHostPath(archive), "/tmp/images.tar");
      Container.ExecResult imported =
          k3s.execInContainer("ctr", "-n", "k8s.io", "images", "import", "/tmp/images.tar");
      if (imported.getExitCode() != 0) {
        throw new AssertionError("k3s does not take the images: " + imported.getStderr());
      }
    } finally {
      Files.delete(archive);
    }
  }

  /** A file of our own that speaks of this cluster only. */
  Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public void close() {
    own.ifPresent(K3sContainer::stop);
    try {
      Files.delete(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
