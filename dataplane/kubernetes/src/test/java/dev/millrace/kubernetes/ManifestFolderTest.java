// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Manifests are read as a cluster reads them, and rejected with file, field and value. */
class ManifestFolderTest {
  private static final String HEAD =
      """
      apiVersion: millrace.dev/v1alpha1
      kind: KinesisStream
      metadata:
        name: orders
      """;

  @TempDir private Path folder;

  private ManifestFolder.Contents read(String manifest) throws IOException {
    Files.writeString(folder.resolve("stream.yaml"), manifest);
    return new ManifestFolder(folder).read();
  }

  @Test
  void settingsAreReadAndDefaultsAdded() throws IOException {
    ManifestFolder.Contents found =
        read(
            HEAD
                + """
                spec:
                  shardCount: 3
                  tags: {team: a}
                ---
                # a comment only
                ---
                apiVersion: millrace.dev/v1alpha1
                kind: KinesisStream
                metadata: {name: clicks}
                spec:
                  streamName: Clicks
                  streamModeDetails: {streamMode: ON_DEMAND}
                  retentionPeriodHours: 48
                  maxRecordSizeInKiB: 2048
                """);
    assertThat(found.streams()).hasSize(2);
    StreamManifest orders = found.streams().getFirst();
    assertThat(orders.name()).isEqualTo(new StreamName("orders"));
    assertThat(orders.settings().mode()).isEqualTo(StreamMode.PROVISIONED);
    assertThat(orders.shardCount()).isEqualTo(3);
    assertThat(orders.settings().retentionHours()).isEqualTo(24);
    assertThat(orders.settings().maxRecordSizeKiB()).isEqualTo(1024);
    assertThat(orders.settings().tags()).isEqualTo(Map.of("team", "a"));
    StreamManifest clicks = found.streams().getLast();
    assertThat(clicks.name()).isEqualTo(new StreamName("Clicks"));
    assertThat(clicks.settings().mode()).isEqualTo(StreamMode.ON_DEMAND);
    assertThat(clicks.shardCount()).isEqualTo(4);
    assertThat(clicks.settings().retentionHours()).isEqualTo(48);
    assertThat(clicks.settings().maxRecordSizeKiB()).isEqualTo(2048);
  }

  @Test
  void whateverACallCanSetAManifestCanSetToo() throws IOException {
    StreamSettings settings =
        read(HEAD
                + """
                spec:
                  streamModeDetails: {streamMode: ON_DEMAND}
                  streamEncryption: {encryptionType: KMS, keyId: alias/k}
                  desiredShardLevelMetrics: [OutgoingBytes, IncomingBytes]
                  resourcePolicy: '{"Version": "2012-10-17"}'
                  warmThroughputMiBps: 7
                  recordDistributionStrategy: AUTO
                """)
            .streams()
            .getFirst()
            .settings();
    assertThat(settings.keyId()).contains("alias/k");
    assertThat(settings.shardLevelMetrics()).containsExactly("IncomingBytes", "OutgoingBytes");
    assertThat(settings.policy()).contains("{\"Version\": \"2012-10-17\"}");
    assertThat(settings.warmThroughputMiBps()).contains(7);
    assertThat(settings.distribution()).isEqualTo(RecordDistribution.AUTO);
  }

  @Test
  void otherKindsAreReportedAndLeftOut() throws IOException {
    ManifestFolder.Contents found = read("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n");
    assertThat(found.streams()).isEmpty();
    assertThat(found.leftOut()).singleElement().asString().contains("v1 ConfigMap", "stream.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spec: {}|spec.shardCount is required
          spec: {shardCount: 0}|spec.shardCount must be from 1 to 10000, found 0
          spec: {shardCount: 1, retentionPeriodHours: 23}|spec.retentionPeriodHours must be from 24 to 8760, found 23
          spec: {shardCount: 1, maxRecordSizeInKiB: 1}|spec.maxRecordSizeInKiB must be from 1024 to 10240, found 1
          spec: {shardCount: 1, streamName: a b}|spec.streamName must be 1 to 128 characters
          spec: {shardCount: 1, warmThroughputMiBps: 1}|spec.warmThroughputMiBps needs spec.streamModeDetails.streamMode ON_DEMAND
          spec: {streamModeDetails: {streamMode: ON_DEMAND}, warmThroughputMiBps: 10241}|spec.warmThroughputMiBps must be from 0 to 10240, found 10241
          spec: {shardCount: 1, recordDistributionStrategy: AUTO}|spec.recordDistributionStrategy AUTO needs spec.streamModeDetails.streamMode ON_DEMAND
          spec: {shardCount: 1, resourcePolicy: '[]'}|spec.resourcePolicy must be a JSON object
          spec: {shardCount: 1, streamEncryption: {encryptionType: KMS, keyId: ''}}|the length of spec.streamEncryption.keyId must be from 1 to 2048, found 0
          spec: {shardCount: 1, desiredShardLevelMetrics: [Others]}|Others
          spec: {shardCount: many}|many
          spec: [|document 1
          """)
  void anInvalidManifestIsReportedWithFileAndField(String spec, String message) {
    assertThatThrownBy(() -> read(HEAD + spec + "\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("stream.yaml, document 1")
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFolderIsReported() {
    assertThatThrownBy(() -> new ManifestFolder(folder.resolve("none")).read())
        .hasMessageContaining("none is not a folder");
  }
}
