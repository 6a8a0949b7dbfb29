// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.crds.Api;
import dev.millrace.crds.Shard;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Deleting a stream deletes everything that was created for it, by kubectl or by the API. */
@ClusterTest
class StreamDeletedTest {

  @Test
  void kubectlDeleteRemovesEverythingOfAStream(Installation millrace) {
    millrace.createStream("leaving");
    List<String> volumes = volumesOf(millrace, "leaving");
    assertThat(volumes).isNotEmpty();
    millrace.kubectl("delete", "kinesisstream", "leaving");
    awaitNothingOf(millrace, "leaving", volumes);
    try (Installation.ForwardedApi api = millrace.api()) {
      assertThatThrownBy(() -> api.kinesis().describeStreamSummary(it -> it.streamName("leaving")))
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("leaving");
    }
  }

  @Test
  void deleteStreamRemovesEverythingOfAStream(Installation millrace) {
    millrace.createStream("dismissed");
    List<String> volumes = volumesOf(millrace, "dismissed");
    try (Installation.ForwardedApi api = millrace.api()) {
      api.kinesis().deleteStream(delete -> delete.streamName("dismissed"));
      api.kinesis().waiter().waitUntilStreamNotExists(it -> it.streamName("dismissed"));
    }
    awaitNothingOf(millrace, "dismissed", volumes);
    assertThat(millrace.tryKubectl("", "get", "kds", "dismissed").err()).contains("NotFound");
  }

  /** The names of the claims that the stream's pods use. */
  private static List<String> volumesOf(Installation millrace, String stream) {
    return millrace.shardPods(stream).stream()
        .flatMap(pod -> pod.getSpec().getVolumes().stream())
        .map(volume -> volume.getPersistentVolumeClaim())
        .filter(Objects::nonNull)
        .map(claim -> claim.getClaimName())
        .toList();
  }

  private static void awaitNothingOf(Installation millrace, String stream, List<String> volumes) {
    Eventually.holds(
        "nothing is left of " + stream,
        Installation.TIMEOUT,
        () -> remains(millrace, stream, volumes).isEmpty());
  }

  private static List<? extends HasMetadata> remains(
      Installation millrace, String stream, List<String> volumes) {
    KubernetesClient kubernetes = millrace.kubernetes();
    String namespace = millrace.namespace();
    return Stream.of(
            kubernetes
                .apps()
                .statefulSets()
                .inNamespace(namespace)
                .withLabel(Api.STREAM_LABEL, stream)
                .list()
                .getItems(),
            kubernetes
                .services()
                .inNamespace(namespace)
                .withLabel(Api.STREAM_LABEL, stream)
                .list()
                .getItems(),
            kubernetes
                .resources(Shard.class)
                .inNamespace(namespace)
                .withLabel(Api.STREAM_LABEL, stream)
                .list()
                .getItems(),
            millrace.shardPods(stream),
            kubernetes.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                .filter(claim -> volumes.contains(claim.getMetadata().getName()))
                .toList())
        .flatMap(List::stream)
        .toList();
  }
}
