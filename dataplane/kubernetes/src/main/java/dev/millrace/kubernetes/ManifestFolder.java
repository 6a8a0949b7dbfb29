// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the KinesisStream manifests of a folder, for a process without a cluster.
 *
 * @param folder with files that end in {@code .yaml}, {@code .yml} or {@code .json}
 */
public record ManifestFolder(Path folder) {

  /**
   * The content of the folder.
   *
   * @param streams in the order of the files and of the documents in them
   * @param leftOut one line for each object of another kind
   */
  public record Contents(List<StreamManifest> streams, List<String> leftOut) {
    public Contents {
      streams = List.copyOf(streams);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Reads all manifests.
   *
   * @throws IOException with a one-line message that gives the file, the field and what is expected
   */
  public Contents read() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("manifests: " + folder + " is not a folder");
    }
    List<StreamManifest> streams = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    KubernetesSerialization serialization = new KubernetesSerialization();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path file : entries.filter(ManifestFolder::isManifest).sorted().toList()) {
        read(file, Files.readString(file), serialization, streams, leftOut);
      }
    }
    return new Contents(streams, leftOut);
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  /** Reads the documents of a file. */
  static void read(
      Path file,
      String text,
      KubernetesSerialization serialization,
      List<StreamManifest> streams,
      List<String> leftOut)
      throws IOException {
    // Documents are read one by one, so that a message can give the number.
    String[] documents = text.split("(?m)^---\\s*$", -1);
    int number = 0;
    for (String document : documents) {
      if (document.lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
        continue;
      }
      number++;
      try {
        GenericKubernetesResource any =
            serialization.unmarshal(document, GenericKubernetesResource.class);
        if (any == null) {
          throw new IllegalArgumentException("an object is expected, found null");
        }
        if ("KinesisStream".equals(any.getKind())
            && (Api.GROUP + "/" + Api.VERSION).equals(any.getApiVersion())) {
          streams.add(StreamManifest.of(serialization.unmarshal(document, KinesisStream.class)));
        } else {
          leftOut.add("%s: %s %s".formatted(file, any.getApiVersion(), any.getKind()));
        }
      } catch (RuntimeException e) {
        throw new IOException(
            "manifest %s, document %d: %s".formatted(file, number, firstLine(e)), e);
      } catch (StackOverflowError e) {
        // The parser descends with each level and bounds only levels that it has built.
        throw new IOException(
            "manifest %s, document %d: it is nested too deeply".formatted(file, number), e);
      }
    }
  }

  private static String firstLine(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }
}
