// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-side dry runs: which manifests the API server takes, and what it says of the others. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManifestRefusalsTest {
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final String namespace = "op-test-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  void begin() {
    client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  @AfterAll
  void end() {
    client.namespaces().withName(namespace).delete();
    client.close();
  }

  private static InputStream manifest(String kind, String spec) {
    return new ByteArrayInputStream(
        """
        {"apiVersion": "millrace.dev/v1alpha1", "kind": "%s", "metadata": {"name": "orders"}, "spec": %s}"""
            .formatted(kind, spec)
            .getBytes(StandardCharsets.UTF_8));
  }

  private void create(String kind, String spec) {
    client
        .resource(manifest(kind, spec))
        .inNamespace(namespace)
        .dryRun()
        .fieldValidation(io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation.STRICT)
        .create();
  }

  private static String message(KubernetesClientException e) {
    return String.valueOf(e.getStatus().getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{shardCount: 1}",
        "{shardCount: 10000, placement: {shardsPerPod: 200}}",
        "{streamModeDetails: {streamMode: ON_DEMAND}}",
        "{streamModeDetails: {streamMode: ON_DEMAND}, warmThroughputMiBps: 100}",
        "{shardCount: 2, retentionPeriodHours: 8760, maxRecordSizeInKiB: 10240}",
        "{shardCount: 2, tags: {team: shop}, deletionPolicy: Retain}",
        "{shardCount: 2, storage: {size: 1Gi, storageClassName: fast}}",
        "{shardCount: 2, storage: {size: 1073741824}}",
        "{shardCount: 2, limits: {profile: none}, replication: {replicas: 1}}",
        "{shardCount: 2, placement: {zones: Required}, replication: {replicas: 3}}",
        "{shardCount: 2, replication: {replicas: 5}}",
        "{shardCount: 2, streamEncryption: {encryptionType: KMS, keyId: alias/key}}",
        "{shardCount: 2, desiredShardLevelMetrics: [IncomingBytes, OutgoingBytes]}",
        "{shardCount: 2, streamName: Orders_2.eu}",
      })
  void aGoodStreamIsTaken(String spec) {
    create("KinesisStream", json(spec));
  }

  /** JSON with fewer quotes, so that the table can be read. */
  private static String json(String spec) {
    return spec.replaceAll("([A-Za-z_/][A-Za-z0-9_./-]*|[0-9]+[GM]i)", "\"$1\"")
        .replace("'\"", "\"")
        .replace("\"'", "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                            | shardCount is required unless streamModeDetails.streamMode is ON_DEMAND
          {shardCount: 0}                               | spec.shardCount in body should be greater than or equal to 1
          {shardCount: 10001}                           | spec.shardCount in body should be less than or equal to 10000
          {shardCount: many}                            | spec.shardCount in body must be of type integer
          {shardCount: 1, retentionPeriodHours: 23}     | spec.retentionPeriodHours in body should be greater than or equal to 24
          {shardCount: 1, retentionPeriodHours: 8761}   | spec.retentionPeriodHours in body should be less than or equal to 8760
          {shardCount: 1, maxRecordSizeInKiB: 1023}     | spec.maxRecordSizeInKiB in body should be greater than or equal to 1024
          {shardCount: 1, maxRecordSizeInKiB: 10241}    | spec.maxRecordSizeInKiB in body should be less than or equal to 10240
          {shardCount: 1, streamName: no/slash}         | spec.streamName in body should match '^[a-zA-Z0-9_.-]+$'
          {shardCount: 1, deletionPolicy: Keep}         | supported values: "Delete", "Retain"
          {shardCount: 1, replication: {replicas: 2}}   | replicas must be 1, 3 or 5
          {shardCount: 1, replication: {replicas: 7}}   | spec.replication.replicas in body should be less than or equal to 5
          {shardCount: 1, placement: {zones: Some}}     | supported values: "Preferred", "Required"
          {shardCount: 1, replication: {replicas: 0}}   | spec.replication.replicas in body should be greater than or equal to 1
          {shardCount: 1, placement: {shardsPerPod: 0}} | spec.placement.shardsPerPod in body should be greater than or equal to 1
          {shardCount: 1, placement: {shardsPerPod: 201}} | spec.placement.shardsPerPod in body should be less than or equal to 200
          {shardCount: 1, limits: {profile: some}}      | supported values: "aws", "none"
          {shardCount: 1, warmThroughputMiBps: 5}       | warmThroughputMiBps needs streamModeDetails.streamMode ON_DEMAND
          {shardCount: 1, recordDistributionStrategy: AUTO} | recordDistributionStrategy AUTO needs streamModeDetails.streamMode ON_DEMAND
          {shardCount: 1, streamModeDetails: {streamMode: SERVERLESS}} | supported values: "ON_DEMAND", "PROVISIONED"
          {shardCount: 1, streamEncryption: {encryptionType: KMS}} | spec.streamEncryption.keyId: Required value
          {shardCount: 1, desiredShardLevelMetrics: [Everything]} | supported values:
          {shardCount: 1, reshardRequest: {id: a, shard: shardId-000000000000}} | reshardRequest needs with (a merge) or newStartingHashKey (a split), and not both
          {shardCount: 1, reshardRequest: {id: a, shard: first, with: shardId-000000000000}} | spec.reshardRequest.shard in body should match '^shardId-[0-9]{12}$'
          {shardCount: 1, resourcePolicy: text}         | spec.resourcePolicy in body should match
          {shardCount: 1, shards: 2}                    | unknown field "spec.shards"
          """)
  void aBadStreamIsRefusedByTheNameOfTheField(String spec, String message) {
    KubernetesClientException refused =
        catchThrowableOfType(
            KubernetesClientException.class, () -> create("KinesisStream", json(spec)));
    assertThat(refused).as(spec).isNotNull();
    assertThat(message(refused)).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {shardCount: 2, streamName: a}                    | {shardCount: 2, streamName: b}                    | streamName cannot be changed
          {shardCount: 2, streamName: a}                    | {shardCount: 2}                                   | streamName cannot be changed
          {shardCount: 2}                                   | {shardCount: 2, streamName: b}                    | streamName cannot be set after creation
          {shardCount: 2, placement: {shardsPerPod: 2}}     | {shardCount: 2, placement: {shardsPerPod: 1}}     | placement cannot be changed
          {shardCount: 2, replication: {replicas: 3}}       | {shardCount: 2, replication: {replicas: 1}}       | replication.replicas cannot be changed
          {shardCount: 2, replication: {replicas: 3}}       | {shardCount: 2}                                   | replication.replicas cannot be changed
          {shardCount: 2}                                   | {shardCount: 2, replication: {replicas: 3}}       | replication.replicas cannot be changed
          {shardCount: 2, storage: {size: 2Gi}}             | {shardCount: 2, storage: {size: 1Gi}}             | storage.size cannot shrink
          {shardCount: 2}                                   | {shardCount: 2, storage: {size: 9Gi}}             | storage.size cannot shrink
          {shardCount: 2, storage: {size: 11Gi}}            | {shardCount: 2}                                   | storage.size cannot shrink
          {shardCount: 2, storage: {storageClassName: a}}   | {shardCount: 2, storage: {storageClassName: b}}   | storage.storageClassName cannot be changed
          {shardCount: 2}                                   | {shardCount: 2, storage: {storageClassName: b}}   | storage.storageClassName cannot be changed
          """)
  void aBadChangeIsRefusedByTheNameOfTheField(String before, String after, String message) {
    KubernetesClientException refused =
        catchThrowableOfType(KubernetesClientException.class, () -> change(before, after));
    assertThat(refused).as(after).isNotNull();
    assertThat(message(refused)).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {shardCount: 2}                        | {shardCount: 4, retentionPeriodHours: 48, deletionPolicy: Retain}
          {shardCount: 2, storage: {size: 1Gi}}  | {shardCount: 2, storage: {size: 1536Mi}}
          {shardCount: 2}                        | {shardCount: 2, storage: {size: 10Gi}}
          {shardCount: 2, storage: {size: 1Gi}}  | {shardCount: 2, storage: {size: 2147483648}}
          """)
  void aGoodChangeIsTaken(String before, String after) {
    change(before, after);
  }

  private void change(String before, String after) {
    client.resource(manifest("KinesisStream", json(before))).inNamespace(namespace).create();
    try {
      client
          .resource(manifest("KinesisStream", json(after)))
          .inNamespace(namespace)
          .dryRun()
          .update();
    } finally {
      client.resource(manifest("KinesisStream", json(before))).inNamespace(namespace).delete();
    }
  }
}
