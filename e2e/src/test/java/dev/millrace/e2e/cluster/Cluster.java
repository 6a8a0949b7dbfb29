// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

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
 * The cluster that the tests run on: the one of {@code KUBECONFIG}, whose nodes already hold the
 * images, or else k3s in Docker, which is started here and loaded with the images.
 */
final class Cluster implements AutoCloseable {
  private static final String K3S = "rancher/k3s:v1.34.4-k3s1";

  private final Path kubeconfig;
  private final Optional<K3sContainer> k3s;

  private Cluster(Path kubeconfig, Optional<K3sContainer> k3s) {
    this.kubeconfig = kubeconfig;
    this.k3s = k3s;
  }

  /**
   * Connects to a cluster or starts one. Fails with the reason, and then leaves nothing running.
   */
  static Cluster reach(Images images) {
    try {
      String given = System.getenv().getOrDefault("KUBECONFIG", "");
      return given.isEmpty() ? startK3s(images) : ofKubeconfig();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A single self-contained context, so that tests may change it and run from any folder. */
  private static Cluster ofKubeconfig() throws IOException {
    List<String> view = List.of("kubectl", "config", "view", "--raw", "--minify", "--flatten");
    return new Cluster(
        kubeconfigFile(Program.run(Map.of(), "", view).succeeded()), Optional.empty());
  }

  private static Cluster startK3s(Images images) throws IOException, InterruptedException {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new AssertionError(
          "The cluster tests need a cluster: set KUBECONFIG, or start Docker for a k3s in it.");
    }
    Path archive = Files.createTempFile("millrace-e2e-", ".tar");
    K3sContainer k3s = new K3sContainer(DockerImageName.parse(K3S));
    try {
      // First what fails when an image is missing.
      save(images, archive);
      pullIfMissing(K3S);
      k3s.start();
      load(k3s, archive);
      return new Cluster(kubeconfigFile(k3s.getKubeConfigYaml()), Optional.of(k3s));
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      k3s.stop();
      throw e;
    } finally {
      Files.delete(archive);
    }
  }

  /** Testcontainers would retry a pull that fails for two minutes, and then hide its reason. */
  private static void pullIfMissing(String image) {
    if (Program.run(Map.of(), "", List.of("docker", "image", "inspect", image)).exit() != 0) {
      Program.run(Map.of(), "", List.of("docker", "pull", "--quiet", image)).succeeded();
    }
  }

  private static Path kubeconfigFile(String text) throws IOException {
    Path file = Files.createTempFile("millrace-e2e-", ".kubeconfig");
    Files.writeString(file, text);
    return file;
  }

  private static void save(Images images, Path archive) {
    List<String> save = List.of("docker", "save", "--output", archive.toString());
    Program.run(Map.of(), "", Stream.concat(save.stream(), images.all().stream()).toList())
        .succeeded();
  }

  private static void load(K3sContainer k3s, Path archive)
      throws IOException, InterruptedException {
    k3s.copyFileToContainer(MountableFile.forHostPath(archive), "/tmp/images.tar");
    Container.ExecResult imported =
        k3s.execInContainer("ctr", "-n", "k8s.io", "images", "import", "/tmp/images.tar");
    if (imported.getExitCode() != 0) {
      throw new AssertionError("k3s rejected the images: " + imported.getStderr());
    }
  }

  /** A temporary file with one context, for this cluster. */
  Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public void close() {
    k3s.ifPresent(K3sContainer::stop);
    try {
      Files.delete(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
