// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStreamSpec.DeletionPolicy;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.StreamStorage;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.observe.ObservedQuota;
import dev.millrace.operator.resource.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose the records are, what is repaired, and what is refused before anything is made. */
class StreamStorageTest {
  private static final ObjectKey ENDPOINT = new ObjectKey(ObjectKey.SERVICE, "orders");
  private static final ObjectKey FIRST_SET =
      new ObjectKey(ObjectKey.STATEFUL_SET, "orders-f2205-0");

  private final TestingCluster cluster = new TestingCluster(TestingCluster.shards(4, 2));

  private static List<String> changes(ReconcilePlan plan) {
    return plan.actions().stream()
        .filter(action -> !(action instanceof ReconcileAction.RecordEvent))
        .map(ReconcileAction::toString)
        .toList();
  }

  private List<String> disks() {
    return cluster.pods().stream().map(pod -> pod.disk().id()).toList();
  }

  private KinesisStreamStatus status() {
    return cluster.status().orElseThrow();
  }

  private StreamStorage storage() {
    return cluster.storage().orElseThrow();
  }

  private void createAgain() {
    cluster.createAgain(cluster.now().plus(Duration.ofMinutes(1)));
  }

  @Test
  void recordsGoWithTheStreamUnlessTheyAreRetained() {
    cluster.settle();
    assertThat(storage().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(TestingCluster.IDENTITY.uid()));
    cluster.onDeletion(DeletionPolicy.RETAIN);
    cluster.settle();
    assertThat(storage().getMetadata().getOwnerReferences()).isEmpty();
    cluster.onDeletion(DeletionPolicy.DELETE);
    cluster.settle();
    assertThat(storage().getMetadata().getOwnerReferences()).hasSize(1);
  }

  @Test
  void retainedRecordsAreTakenUpByTheNextStreamOfTheName() {
    cluster.settle();
    cluster.scale(6);
    cluster.settle();
    cluster.onDeletion(DeletionPolicy.RETAIN);
    cluster.settle();
    KinesisStreamStatus before = status();
    List<String> disks = disks();

    createAgain();
    ReconcilePlan first = cluster.pass();
    assertThat(first.conditions().degraded().holds()).as("pods come up, none is missed").isFalse();
    cluster.settle();
    assertThat(status().streamId()).isEqualTo(before.streamId());
    assertThat(status().objectUid()).isNotEqualTo(before.objectUid());
    assertThat(status().creationSecond()).isEqualTo(before.creationSecond());
    assertThat(status().shape()).isEqualTo(before.shape());
    assertThat(disks()).isEqualTo(disks);
    assertThat(cluster.events()).containsOnlyOnce("RecordsTakenUp");
    assertThat(cluster.events()).doesNotContain("Repaired");

    cluster.scale(3);
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(3);
  }

  @Test
  void aStreamThatIsCreatedAgainWithoutRetainedRecordsBeginsAnew() {
    cluster.settle();
    String before = status().streamId();
    createAgain();
    cluster.settle();
    assertThat(status().streamId()).isNotEqualTo(before);
    assertThat(cluster.events()).doesNotContain("RecordsTakenUp");
  }

  @Test
  void aStreamWithoutItsStorageIsLostAndIsNotBegunAnew() {
    cluster.settle();
    cluster.deleteStorage();
    ReconcilePlan plan = cluster.pass();
    assertThat(changes(plan)).isEmpty();
    assertThat(plan.conditions().ready().reason()).isEqualTo("StorageLost");
    assertThat(plan.conditions().degraded().reason()).isEqualTo("StorageLost");
    assertThat(plan.lifecycle()).contains(StreamStatus.ACTIVE);
    assertThat(cluster.pass().conditions().ready().reason()).isEqualTo("StorageLost");
    assertThat(cluster.events()).containsOnlyOnce("StorageLost");
  }

  @Test
  void aStreamOfAVersionBeforeTheStorageGetsOneAndKeepsWhatItHas() {
    cluster.settle();
    cluster.scale(6);
    cluster.settle();
    StreamStorageSpec before = storage().getSpec();
    cluster.deleteStorage();
    KinesisStreamStatus was = status();
    cluster.showStatus(
        Optional.of(
            new KinesisStreamStatus(
                was.observedGeneration(),
                was.streamARN(),
                was.streamStatus(),
                was.streamId(),
                null,
                was.creationSecond(),
                was.openShardCount(),
                was.closedShardCount(),
                was.endpoint(),
                was.directEndpoint(),
                was.selector(),
                was.shape(),
                was.resharding(),
                was.reshardRequest(),
                was.conditions())));
    cluster.settle();
    assertThat(storage().getSpec()).isEqualTo(before);
    assertThat(status().shape()).isEqualTo(was.shape());
    assertThat(status().streamId()).isEqualTo(was.streamId());
    assertThat(status().openShardCount()).isEqualTo(6);
    assertThat(status().closedShardCount()).isEqualTo(4);
    assertThat(cluster.events()).doesNotContain("RecordsTakenUp", "Repaired");
  }

  @Test
  void theStorageOfAnotherStreamIsNotTaken() {
    cluster.showStorage(other("invoices", null));
    ReconcilePlan plan = cluster.pass();
    assertThat(changes(plan)).isEmpty();
    assertThat(plan.conditions().ready())
        .isEqualTo(
            ConditionState.no(
                "StorageOfAnotherStream",
                "StreamStorage orders retains the records of stream invoices, not of orders: choose"
                    + " another metadata.name, or delete it with the records"));
  }

  @Test
  void aStreamWaitsUntilTheRecordsOfItsPredecessorAreGone() {
    cluster.showStorage(other("orders", "00000000-0000-4000-8000-000000000001"));
    ReconcilePlan plan = cluster.pass();
    assertThat(changes(plan)).isEmpty();
    assertThat(plan.conditions().ready().reason()).isEqualTo("StorageOfPredecessor");
    assertThat(plan.recheckAfter()).isPresent();
    cluster.deleteStorage();
    assertThat(cluster.settle().conditions().ready().holds()).isTrue();
  }

  private static StreamStorage other(
      String streamName, @org.jspecify.annotations.Nullable String ownerUid) {
    StreamStorage storage = new StreamStorage();
    storage.setMetadata(new ObjectMetaBuilder().withName("orders").withUid("storage-9").build());
    if (ownerUid != null) {
      storage
          .getMetadata()
          .setOwnerReferences(List.of(new OwnerReferenceBuilder().withUid(ownerUid).build()));
    }
    storage.setSpec(
        new StreamStorageSpec(streamName, "0123456789abcdef", null, null, null, null, null, null));
    return storage;
  }

  @Test
  void aStatefulSetThatIsDeletedComesBackWithItsVolume() {
    cluster.settle();
    List<String> disks = disks();
    cluster.deleteObject(FIRST_SET);
    cluster.settle();
    assertThat(disks()).isEqualTo(disks);
    assertThat(cluster.events()).containsOnlyOnce("Repaired");
    assertThat(cluster.plan().conditions().ready().holds()).isTrue();
  }

  @Test
  void aServiceThatIsDeletedComesBack() {
    cluster.settle();
    cluster.deleteObject(ENDPOINT);
    assertThat(changes(cluster.pass())).containsExactly("apply Service orders");
    assertThat(cluster.events()).containsOnlyOnce("Repaired");
  }

  @Test
  void aFieldThatIsEditedIsAppliedAgainButNotWithoutEndAgainstAnotherWriter() {
    cluster.settle();
    HasMetadata applied = applied(ENDPOINT);
    HasMetadata edited =
        new ServiceBuilder(Serialization.clone((io.fabric8.kubernetes.api.model.Service) applied))
            .editSpec()
            .editFirstPort()
            .withPort(80)
            .endPort()
            .endSpec()
            .build();
    cluster.edit(ENDPOINT, edited);
    ReconcilePlan plan = cluster.plan();
    assertThat(changes(plan)).containsExactly("apply Service orders");
    assertThat(plan.repaired()).containsExactly(ENDPOINT);
    assertThat(plan.actions())
        .filteredOn(ReconcileAction.RecordEvent.class::isInstance)
        .singleElement()
        .asString()
        .isEqualTo("record Event Repaired: Service orders was edited: applied again");
    cluster.haveRepaired(Set.of(ENDPOINT));
    assertThat(cluster.plan().actions()).isEmpty();
  }

  @Test
  void whatOthersAddAndTheApiServerFillsInIsNoEdit() {
    cluster.settle();
    cluster.edit(
        ENDPOINT,
        new ServiceBuilder(
                Serialization.clone((io.fabric8.kubernetes.api.model.Service) applied(ENDPOINT)))
            .editMetadata()
            .addToAnnotations("somebody.example/note", "hello")
            .endMetadata()
            .editSpec()
            .withClusterIP("10.0.0.7")
            .editFirstPort()
            .withProtocol("TCP")
            .endPort()
            .endSpec()
            .build());
    assertThat(cluster.plan().actions()).isEmpty();
  }

  /** What the operator applies under a name. */
  private HasMetadata applied(ObjectKey key) {
    TestingCluster twin = new TestingCluster(TestingCluster.shards(4, 2));
    for (int pass = 0; pass < 10; pass++) {
      for (ReconcileAction action : twin.plan().actions()) {
        if (action instanceof ReconcileAction.ApplyResource(HasMetadata resource, boolean is)
            && ObjectKey.of(resource).equals(key)) {
          return resource;
        }
      }
      twin.pass();
    }
    throw new AssertionError("nothing is applied as " + key);
  }

  private static ObservedQuota quota(String resource, String hard, String used) {
    return new ObservedQuota(
        "team", Map.of(resource, new Quantity(hard)), Map.of(resource, new Quantity(used)));
  }

  @Test
  void nothingIsMadeWhereAQuotaHasNoRoom() {
    Map<ObservedQuota, String> refused =
        Map.of(
            quota("count/shards.millrace.dev", "5", "2"),
            "ResourceQuota team: count/shards.millrace.dev: 4 more needed, 2 of 5 used",
            quota("requests.storage", "15Gi", "0"),
            "ResourceQuota team: requests.storage: 20480Mi more needed, 0 of 15Gi used",
            quota("persistentvolumeclaims", "1", "0"),
            "ResourceQuota team: persistentvolumeclaims: 2 more needed, 0 of 1 used",
            quota("limits.memory", "1Gi", "0"),
            "ResourceQuota team: limits.memory: 3072Mi more needed, 0 of 1Gi used");
    refused.forEach(
        (quota, message) -> {
          TestingCluster full = new TestingCluster(TestingCluster.shards(4, 2));
          full.limit(quota);
          for (int pass = 0; pass < 6; pass++) {
            full.pass();
          }
          assertThat(full.plan().conditions().ready())
              .isEqualTo(ConditionState.no("QuotaExceeded", message));
          assertThat(full.shardSpecs()).isEmpty();
          assertThat(full.pods()).isEmpty();
          assertThat(full.events()).containsOnlyOnce("QuotaExceeded");
          full.limit();
          assertThat(full.settle().conditions().ready().holds()).isTrue();
        });
  }

  @Test
  void aQuotaThatIsJustLargeEnoughIsNoObstacle() {
    cluster.limit(quota("count/shards.millrace.dev", "4", "0"));
    assertThat(cluster.settle().conditions().ready().holds()).isTrue();
  }

  @Test
  void volumesThatAreMadeAlreadyAreNotCountedAgain() {
    cluster.limit(quota("persistentvolumeclaims", "2", "0"));
    while (cluster.volumes() == 0) {
      cluster.pass();
    }
    cluster.limit(quota("persistentvolumeclaims", "2", "2"));
    assertThat(cluster.settle().conditions().ready().holds()).isTrue();
  }

  @Test
  void aVolumeThatSomebodyHasMadeLargerStaysSo() {
    cluster.settle();
    ObjectKey key = new ObjectKey(ObjectKey.VOLUME_CLAIM, "data-orders-f2205-0-0");
    PersistentVolumeClaim larger =
        new PersistentVolumeClaimBuilder((PersistentVolumeClaim) applied(key))
            .editSpec()
            .withNewResources()
            .addToRequests("storage", new Quantity("50Gi"))
            .endResources()
            .withStorageClassName("fast")
            .endSpec()
            .build();
    cluster.edit(key, larger);
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(plan.actions())
        .singleElement()
        .isInstanceOfSatisfying(
            ReconcileAction.ApplyResource.class,
            apply ->
                assertThat(((PersistentVolumeClaim) apply.resource()).getSpec())
                    .isEqualTo(larger.getSpec()));
  }

  @Test
  void aShardThatIsMissingAfterAReshardIsSaidAndNothingIsPublishedWithoutIt() {
    cluster.settle();
    cluster.scale(6);
    cluster.settle();
    StreamStorageSpec before = storage().getSpec();
    cluster.deleteShard("orders-f2205-000000000005");
    ReconcilePlan plan = cluster.pass();
    assertThat(plan.conditions().ready().reason()).isEqualTo("ShardsMissing");
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ShardsMissing");
    assertThat(storage().getSpec()).isEqualTo(before);
    assertThat(cluster.events()).containsOnlyOnce("ShardsMissing");
  }

  @Test
  void aReshardForWhichAQuotaHasNoRoomIsNotBegun() {
    cluster.settle();
    cluster.limit(quota("count/shards.millrace.dev", "5", "4"));
    cluster.scale(6);
    cluster.pass();
    cluster.pass();
    ReconcilePlan plan = cluster.pass();
    assertThat(plan.conditions().resharding().reason()).isEqualTo("QuotaExceeded");
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(cluster.shardSpecs()).hasSize(4);
    assertThat(cluster.events()).containsOnlyOnce("QuotaExceeded");
    cluster.limit();
    cluster.settle();
    assertThat(cluster.shape().open()).hasSize(6);
  }
}
