// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.resource.CreationHistory;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.ResourceNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The reconciler against a real API server that knows our definitions. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KinesisStreamReconcilerTest {
  private TestingOperator operator;

  @BeforeAll
  void start() {
    operator = new TestingOperator(1);
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  @Test
  void aStreamIsCreatedChangedAndDeleted() {
    operator.create("orders", null, 3, 2);
    KinesisStream ready = operator.awaitReady("orders", 1);
    ResourceNames names = operator.names(ready);

    KinesisStreamStatus status = Objects.requireNonNull(ready.getStatus());
    assertThat(status.streamStatus()).isEqualTo("ACTIVE");
    assertThat(status.openShardCount()).isEqualTo(3);
    assertThat(status.endpoint())
        .isEqualTo("http://millrace-gateway." + operator.namespace() + ".svc:4567");
    assertThat(status.streamARN()).matches("arn:aws:kinesis:us-east-1:[0-9]{12}:stream/orders");
    assertThat(operator.shards("orders"))
        .hasSize(3)
        .allMatch(shard -> shard.getStatus().phase() == Phase.OPEN)
        .allMatch(shard -> String.valueOf(shard.getStatus().address()).endsWith(":4569"));
    assertThat(operator.statefulSets("orders"))
        .extracting(set -> set.getMetadata().getName())
        .containsExactlyInAnyOrder(names.shardSet(0), names.shardSet(1));
    OwnerReference owner =
        operator.statefulSets("orders").getFirst().getMetadata().getOwnerReferences().getFirst();
    assertThat(owner.getUid()).isEqualTo(ready.getMetadata().getUid());
    assertThat(owner.getController()).isTrue();

    operator.retain("orders", 48);
    KinesisStream changed = operator.awaitReady("orders", 2);
    assertThat(changed.getSpec()).isEqualTo(TestingOperator.retaining(ready.getSpec(), 48));
    for (int set = 0; set < 2; set++) {
      assertThat(operator.pods().assignment(ResourceNames.pod(names.shardSet(set), 0)))
          .map(assignment -> assignment.streams().getFirst().retentionPeriodHours())
          .contains(48);
      assertThat(operator.pods().publication(ResourceNames.pod(names.shardSet(set), 0)))
          .map(publication -> publication.definition().settings().retentionHours())
          .contains(48);
    }

    operator.stream("orders").delete();
    operator.awaitGone(
        operator.client().resources(Shard.class), names.shard("shardId-000000000002"));
    operator.awaitGone(operator.client().apps().statefulSets(), names.shardSet(0));
    operator.awaitGone(operator.client().apps().statefulSets(), names.shardSet(1));
    operator.awaitGone(operator.client().services(), names.base());
    assertThat(operator.shards("orders")).isEmpty();
  }

  @Test
  void aReplicatedStreamGetsPodsVolumesABudgetAndACertificate() throws Exception {
    operator.createReplicated("safe", 1, 3);
    KinesisStream ready = operator.awaitReady("safe", 1);
    ResourceNames names = operator.names(ready);
    String set = names.shardSet(0);
    assertThat(operator.statefulSets("safe"))
        .singleElement()
        .satisfies(made -> assertThat(made.getSpec().getReplicas()).isEqualTo(3));
    assertThat(operator.volumeClaims("safe"))
        .extracting(claim -> claim.getMetadata().getName())
        .containsExactlyInAnyOrder(
            "data-" + set + "-0", "data-" + set + "-1", "data-" + set + "-2");
    assertThat(
            operator
                .client()
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(operator.namespace())
                .withName(set)
                .get())
        .isNotNull();
    assertThat(operator.shards("safe"))
        .singleElement()
        .satisfies(
            shard -> {
              assertThat(shard.getStatus().recordedDisks()).hasSize(3);
              assertThat(shard.getStatus().inStep()).isEqualTo("3/3");
              assertThat(shard.getStatus().others()).hasSize(2);
            });
    X509Certificate certificate = certificate(names.raftSecretKey(), "tls.crt");
    X509Certificate authority = certificate(names.raftAuthorityKey(), "tls.crt");
    certificate.verify(authority.getPublicKey());
    assertThat(certificate(names.raftSecretKey(), "ca.crt")).isEqualTo(authority);
    assertThat(certificate.getBasicConstraints()).isNegative();
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactly(List.of(2, "*.%s.%s.svc".formatted(names.base(), operator.namespace())));
  }

  private X509Certificate certificate(ObjectKey secret, String file) throws Exception {
    String encoded =
        operator
            .client()
            .secrets()
            .inNamespace(operator.namespace())
            .withName(secret.name())
            .get()
            .getData()
            .get(file);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(encoded)));
  }

  @Test
  void aChangeOfTheCountIsPublishedWithEventsAndItsParentsStay() {
    operator.create("scaled", null, 2, 1);
    operator.awaitReady("scaled", 1);
    operator.scale("scaled", 3);
    KinesisStream resharded =
        TestingOperator.await(
            operator.stream("scaled"),
            stream -> Objects.equals(stream.getStatus().openShardCount(), 3));
    assertThat(resharded.getStatus().closedShardCount()).isEqualTo(2);
    assertThat(Objects.requireNonNull(resharded.getStatus().shape()).generation()).isEqualTo(2);
    assertThat(resharded.getStatus().resharding()).isNull();
    assertThat(operator.shards("scaled"))
        .filteredOn(shard -> shard.getStatus().phase() == Phase.OPEN)
        .hasSize(3)
        .allMatch(shard -> shard.getStatus().creationSecond() != null);
    assertThat(operator.shards("scaled"))
        .filteredOn(shard -> shard.getSpec().parentShardIds() == null)
        .hasSize(2)
        .allMatch(shard -> shard.getStatus().phase() == Phase.CLOSED)
        .allMatch(shard -> Objects.equals(shard.getStatus().closedIn(), 2L));
    assertThat(operator.client().v1().events().inNamespace(operator.namespace()).list().getItems())
        .filteredOn(event -> event.getInvolvedObject().getName().equals("scaled"))
        .filteredOn(event -> event.getInvolvedObject().getKind().equals("KinesisStream"))
        .extracting(event -> event.getReason())
        .contains("ReshardStarted", "ReshardSealing", "Resharded");
  }

  @Test
  void parentsWhoseRecordsHaveExpiredAreRemovedWithTheirPodsAndVolumes() {
    operator.create("expiring", null, 1, 1);
    KinesisStream created = operator.awaitReady("expiring", 1);
    ResourceNames names = operator.names(created);
    operator.scale("expiring", 2);
    TestingOperator.await(
        operator.stream("expiring"),
        stream -> Objects.equals(stream.getStatus().openShardCount(), 2));
    assertThat(operator.shards("expiring")).hasSize(3);
    assertThat(operator.statefulSets("expiring")).hasSize(3);

    operator.pods().expireClosed();
    operator.giveNotice("expiring");
    operator.awaitGone(
        operator.client().resources(Shard.class), names.shard("shardId-000000000000"));
    operator.awaitGone(operator.client().apps().statefulSets(), names.shardSet(0));
    operator.awaitGone(
        operator.client().persistentVolumeClaims(),
        ResourceNames.volumeClaim(ResourceNames.pod(names.shardSet(0), 0)));
    assertThat(operator.shards("expiring"))
        .hasSize(2)
        .allMatch(shard -> shard.getStatus().phase() == Phase.OPEN);
    assertThat(operator.statefulSets("expiring")).hasSize(2);
    TestingOperator.await(
        operator.stream("expiring"),
        stream -> Objects.equals(stream.getStatus().closedShardCount(), 0));
  }

  @Test
  void aStreamOfOneNameWaitsForTheOther() {
    operator.create("holder", "shared", 1, 1);
    operator.awaitReady("holder", 1);
    operator.create("waiter", "shared", 1, 1);
    KinesisStream waiter =
        TestingOperator.await(
            operator.stream("waiter"),
            stream -> TestingOperator.reason(stream).equals("NameTaken"));
    assertThat(waiter.getStatus().streamARN()).isNull();
    assertThat(operator.shards("waiter")).isEmpty();
    assertThat(operator.statefulSets("waiter")).isEmpty();

    operator.stream("holder").delete();
    operator.awaitReady("waiter", 1);
  }

  @Test
  void aStreamThatIsCreatedAgainAfterTheClockWentBackComesAfterItsPredecessor() {
    operator.create("again", null, 2, 2);
    KinesisStream first = operator.awaitReady("again", 1);
    long firstSecond = Objects.requireNonNull(first.getStatus().creationSecond());
    assertThat(firstSecond)
        .isEqualTo(Instant.parse(first.getMetadata().getCreationTimestamp()).getEpochSecond());
    assertThat(operator.shards("again"))
        .extracting(shard -> shard.getSpec().creationSecond())
        .containsOnly(firstSecond);

    // As if the clock had been an hour ahead when that stream was created.
    Resource<ConfigMap> history =
        operator
            .client()
            .configMaps()
            .inNamespace(operator.namespace())
            .withName(CreationHistory.NAME);
    long ahead = firstSecond + 3_600;
    history.edit(
        object ->
            CreationHistory.of(object)
                .with(
                    new StreamName("again"),
                    StreamId.of(UUID.fromString(first.getMetadata().getUid())),
                    ahead)
                .toConfigMap(
                    operator.namespace(), Optional.of(object.getMetadata().getResourceVersion())));
    operator.stream("again").delete();
    operator.create("again", null, 2, 2);
    KinesisStream second = operator.awaitReady("again", 1);
    assertThat(second.getMetadata().getUid()).isNotEqualTo(first.getMetadata().getUid());
    assertThat(second.getStatus().creationSecond()).isEqualTo(ahead + 1);
    assertThat(operator.shards("again"))
        .filteredOn(shard -> shard.getSpec().streamId().equals(second.getStatus().streamId()))
        .hasSize(2)
        .extracting(shard -> shard.getSpec().creationSecond())
        .containsOnly(ahead + 1);
  }

  @Test
  void streamsThatAreCreatedTogetherAreAllRecorded() {
    int streams = 8;
    for (int index = 0; index < streams; index++) {
      operator.create("together-" + index, null, 1, 1);
    }
    for (int index = 0; index < streams; index++) {
      operator.awaitReady("together-" + index, 1);
    }
    ConfigMap history =
        operator
            .client()
            .configMaps()
            .inNamespace(operator.namespace())
            .withName(CreationHistory.NAME)
            .get();
    assertThat(CreationHistory.of(history).streams().keySet())
        .filteredOn(name -> name.startsWith("together-"))
        .hasSize(streams);
  }

  @Test
  void aLostDiskIsShownAndNothingIsFormedOnTheEmptyOne() {
    operator.create("lossy", null, 1, 1);
    ResourceNames names = operator.names(operator.awaitReady("lossy", 1));
    Shard before = operator.shards("lossy").getFirst();
    String pod = ResourceNames.pod(names.shardSet(0), 0);
    operator.pods().swapDisk(pod);
    operator.giveNotice("lossy");
    Shard lost =
        TestingOperator.await(
            operator.shard(before.getMetadata().getName()),
            shard -> shard.getStatus().phase() == Phase.LOST);
    assertThat(lost.getStatus().group()).isEqualTo(before.getStatus().group());
    assertThat(lost.getStatus().disk()).isEqualTo(before.getStatus().disk());
    assertThat(TestingOperator.reason(operator.stream("lossy").get())).isEqualTo("DiskLost");
    assertThat(operator.pods().assignment(pod)).isEmpty();
  }

  @Test
  void whatIsDeletedByHandComesBack() {
    operator.create("sturdy", null, 1, 1);
    ResourceNames names = operator.names(operator.awaitReady("sturdy", 1));
    Shard before = operator.shards("sturdy").getFirst();
    operator.client().resource(before).delete();
    operator.client().services().inNamespace(operator.namespace()).withName(names.base()).delete();
    TestingOperator.await(
        operator.shard(before.getMetadata().getName()),
        shard ->
            !shard.getMetadata().getUid().equals(before.getMetadata().getUid())
                && before.getStatus().equals(shard.getStatus()));
    TestingOperator.await(
        operator.client().services().inNamespace(operator.namespace()).withName(names.base()),
        service -> true);
  }
}
