// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a stream gets in Kubernetes, by manifest: {@code in-stream.yaml} becomes {@code
 * out-objects.yaml}, a folder a case. {@code -Dmillrace.golden.write=true} writes the latter.
 */
class GoldenTest {
  private static final Path CASES = Path.of("src/test/resources/golden");
  private static final boolean WRITE = Boolean.getBoolean("millrace.golden.write");
  private static final OperatorSettings SETTINGS =
      OperatorSettings.of(Map.of("MILLRACE_SHARD_IMAGE", "millrace:1"));

  private static final String STORAGE_UID = "0d9c1f5e-2b11-4d3c-8f0a-6f7d0a3b9c21";

  /** The longest names of what Kubernetes makes by ours. */
  private static final int MOST_STATEFUL_SET_NAME = 52;

  private static final int MOST_LABEL = 63;

  static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.sorted().toList();
    }
  }

  private static StreamStorageSpec kept(int replicas) {
    return new StreamStorageSpec("", "", null, replicas, replicas, null, null, null);
  }

  private static List<HasMetadata> objects(Path folder) throws IOException {
    KinesisStream stream =
        Serialization.unmarshal(
            Files.readString(folder.resolve("in-stream.yaml")), KinesisStream.class);
    DesiredStream desired =
        DesiredStream.of(
            new StreamIdentity(
                stream.getMetadata().getNamespace(),
                stream.getMetadata().getName(),
                stream.getMetadata().getUid()),
            stream.getSpec(),
            Instant.parse(stream.getMetadata().getCreationTimestamp()).getEpochSecond(),
            kept(
                Optional.ofNullable(stream.getSpec().replication())
                    .map(KinesisStreamSpec.Replication::replicas)
                    .orElse(1)));
    ShardLayout layout = ShardLayout.of(desired, desired.shardCount(), List.of(), 1, List.of());
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(StreamObjects.service(desired));
    objects.add(StreamObjects.endpoint(desired));
    layout.shards().forEach(shard -> objects.add(StreamObjects.shard(desired, shard, STORAGE_UID)));
    for (String set : layout.shardSets().sequencedKeySet()) {
      for (String pod : ResourceNames.pods(set, desired.replicas())) {
        objects.add(StreamObjects.volumeClaim(desired, pod, STORAGE_UID, Optional.empty()));
      }
      if (desired.isReplicated()) {
        objects.add(StreamObjects.disruptionBudget(desired, set));
      }
      objects.add(
          ShardStatefulSets.statefulSet(
              desired,
              set,
              Objects.requireNonNull(ShardLayout.groupCounts(layout.shards()).get(set)),
              SETTINGS));
    }
    assertThat(objects.stream().map(ObjectKey::of).toList())
        .containsExactlyInAnyOrderElementsOf(
            layout.keys(desired).stream()
                .filter(key -> !key.kind().equals(ObjectKey.SECRET))
                .toList());
    return objects;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aManifestBecomesItsObjects(Path folder) throws IOException {
    String built =
        objects(folder).stream().map(Serialization::asYaml).collect(Collectors.joining());
    Path golden = folder.resolve("out-objects.yaml");
    if (WRITE) {
      Files.writeString(golden, built);
    }
    assertThat(built).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void namesAndLabelsFitWhatKubernetesMakesOfThem(Path folder) throws IOException {
    for (HasMetadata object : objects(folder)) {
      assertThat(object.getMetadata().getName())
          .matches("[a-z][a-z0-9-]*[a-z0-9]")
          .hasSizeLessThanOrEqualTo(
              object.getKind().equals(ObjectKey.STATEFUL_SET)
                  ? MOST_STATEFUL_SET_NAME
                  : MOST_LABEL);
      assertThat(object.getMetadata().getLabels().values())
          .allMatch(value -> value.length() <= MOST_LABEL);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHashIsTheSameForTheSameObjectAndElseAnother(Path folder) throws IOException {
    List<String> hashes = objects(folder).stream().map(OwnedMetadata::hashOf).toList();
    assertThat(hashes)
        .doesNotHaveDuplicates()
        .isEqualTo(objects(folder).stream().map(OwnedMetadata::hashOf).toList());
  }
}
