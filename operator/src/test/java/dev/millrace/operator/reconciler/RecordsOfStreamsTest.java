// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamStorage;
import dev.millrace.operator.resource.ResourceNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Volumes belong to streams, not to StatefulSets; what others delete or edit is repaired. */
@Tag("api-server")
@EnabledIfEnvironmentVariable(named = "KUBECONFIG", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordsOfStreamsTest {
  private TestingOperator operator;

  @BeforeAll
  void start() {
    operator = new TestingOperator(1);
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  private static List<String> uids(List<? extends HasMetadata> objects) {
    return objects.stream().map(object -> object.getMetadata().getUid()).sorted().toList();
  }

  private Resource<StatefulSet> statefulSet(String name) {
    return operator.client().apps().statefulSets().inNamespace(operator.namespace()).withName(name);
  }

  private Resource<Service> service(String name) {
    return operator.client().services().inNamespace(operator.namespace()).withName(name);
  }

  private static boolean isAnother(HasMetadata found, HasMetadata before) {
    return !found.getMetadata().getUid().equals(before.getMetadata().getUid());
  }

  @Test
  void volumesAndShardsBelongToTheStreamStorageAndGoWithTheStream() {
    operator.create("owned", null, 2, 1);
    KinesisStream stream = operator.awaitReady("owned", 1);
    StreamStorage storage = operator.storage("owned").require();
    assertThat(storage.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(stream.getMetadata().getUid()));
    assertThat(operator.volumeClaims("owned")).hasSize(2);
    assertThat(operator.volumeClaims("owned"))
        .allSatisfy(
            claim ->
                assertThat(claim.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(
                        owner ->
                            assertThat(owner.getUid()).isEqualTo(storage.getMetadata().getUid())));
    String claim =
        ResourceNames.volumeClaim(ResourceNames.pod(operator.names(stream).shardSet(0), 0));
    operator.stream("owned").delete();
    operator.awaitGone(operator.client().resources(StreamStorage.class), "owned");
    operator.awaitGone(operator.client().persistentVolumeClaims(), claim);
  }

  @Test
  void aStatefulSetThatIsDeletedComesBackAndFindsItsVolume() {
    operator.create("sturdy", null, 1, 1);
    KinesisStream stream = operator.awaitReady("sturdy", 1);
    StatefulSet before = operator.statefulSets("sturdy").getFirst();
    List<String> volumes = uids(operator.volumeClaims("sturdy"));
    operator.client().resource(before).delete();
    TestingOperator.await(
        statefulSet(operator.names(stream).shardSet(0)), found -> isAnother(found, before));
    assertThat(uids(operator.volumeClaims("sturdy"))).isEqualTo(volumes);
    operator.awaitEvent("sturdy", "Repaired");
  }

  @Test
  void servicesThatAreDeletedOrEditedAreRepaired() {
    operator.create("served", null, 1, 1);
    ResourceNames names = operator.names(operator.awaitReady("served", 1));
    for (String name : List.of(names.base(), "served")) {
      Service before = service(name).require();
      service(name).delete();
      TestingOperator.await(service(name), found -> isAnother(found, before));
    }
    service("served")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\":\"replace\",\"path\":\"/spec/ports/0/port\",\"value\":80}]");
    TestingOperator.await(
        service("served"), found -> found.getSpec().getPorts().getFirst().getPort() == 4567);
  }

  @Test
  void fieldsOfAStatefulSetThatAreEditedAreRepairedAndThoseOfOthersStay() {
    operator.create("edited", null, 1, 1);
    ResourceNames names = operator.names(operator.awaitReady("edited", 1));
    Resource<StatefulSet> set = statefulSet(names.shardSet(0));
    set.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        """
        {"metadata": {"annotations": {"somebody.example/note": "mine"}}, "spec": {"replicas": 0}}""");
    StatefulSet repaired = TestingOperator.await(set, found -> found.getSpec().getReplicas() == 1);
    assertThat(repaired.getMetadata().getAnnotations())
        .containsEntry("somebody.example/note", "mine");
    operator.awaitEvent("edited", "Repaired");
  }

  @Test
  void retainedRecordsAreTakenUpByTheNextStreamOfTheName() {
    operator.create("kept", null, 2, 1);
    operator.awaitReady("kept", 1);
    operator.patch("kept", "{\"deletionPolicy\": \"Retain\"}");
    KinesisStream first = operator.awaitReady("kept", 2);
    List<String> volumes = uids(operator.volumeClaims("kept"));
    List<String> shards = uids(operator.shards("kept"));
    ResourceNames names = operator.names(first);

    operator.stream("kept").delete();
    operator.awaitGone(operator.client().resources(KinesisStream.class), "kept");
    operator.awaitGone(operator.client().apps().statefulSets(), names.shardSet(0));
    operator.awaitGone(operator.client().apps().statefulSets(), names.shardSet(1));
    operator.awaitGone(operator.client().services(), names.base());
    assertThat(uids(operator.volumeClaims("kept"))).isEqualTo(volumes);
    assertThat(uids(operator.shards("kept"))).isEqualTo(shards);

    operator.create("kept", null, 2, 1);
    KinesisStream second = operator.awaitReady("kept", 1);
    assertThat(second.getStatus().streamId()).isEqualTo(first.getStatus().streamId());
    assertThat(second.getStatus().creationSecond()).isEqualTo(first.getStatus().creationSecond());
    assertThat(second.getStatus().objectUid()).isEqualTo(second.getMetadata().getUid());
    assertThat(uids(operator.volumeClaims("kept"))).isEqualTo(volumes);
    assertThat(uids(operator.shards("kept"))).isEqualTo(shards);
    operator.awaitEvent("kept", "RecordsTakenUp");

    // This one is not retained any more.
    operator.stream("kept").delete();
    operator.awaitGone(operator.client().resources(StreamStorage.class), "kept");
  }

  @Test
  void aStreamWhoseStorageIsDeletedSaysThatItIsLost() {
    operator.create("lost", null, 1, 1);
    operator.awaitReady("lost", 1);
    operator.storage("lost").delete();
    TestingOperator.await(
        operator.stream("lost"), stream -> TestingOperator.reason(stream).equals("StorageLost"));
    operator.awaitEvent("lost", "StorageLost");
  }

  @Test
  void aVolumeGrowsAndItsStatefulSetIsReplacedWithoutItsPod() {
    operator.create("grown", null, 1, 1);
    ResourceNames names = operator.names(operator.awaitReady("grown", 1));
    StatefulSet before = operator.statefulSets("grown").getFirst();
    operator.patch("grown", "{\"storage\": {\"size\": \"11Gi\"}}");
    StatefulSet after =
        TestingOperator.await(statefulSet(names.shardSet(0)), found -> isAnother(found, before));
    assertThat(
            after
                .getSpec()
                .getVolumeClaimTemplates()
                .getFirst()
                .getSpec()
                .getResources()
                .getRequests()
                .get("storage"))
        .hasToString("11Gi");
    if (isExpandable()) {
      TestingOperator.await(
          operator
              .client()
              .persistentVolumeClaims()
              .inNamespace(operator.namespace())
              .withName(ResourceNames.volumeClaim(ResourceNames.pod(names.shardSet(0), 0))),
          claim ->
              "11Gi"
                  .equals(
                      String.valueOf(claim.getSpec().getResources().getRequests().get("storage"))));
    } else {
      TestingOperator.await(operator.stream("grown"), RecordsOfStreamsTest::saysThatItCannotGrow);
    }
  }

  private boolean isExpandable() {
    return operator.client().storage().v1().storageClasses().list().getItems().stream()
        .filter(
            storageClass ->
                Optional.ofNullable(storageClass.getMetadata().getAnnotations())
                    .orElse(Map.of())
                    .getOrDefault("storageclass.kubernetes.io/is-default-class", "false")
                    .equals("true"))
        .anyMatch(storageClass -> Boolean.TRUE.equals(storageClass.getAllowVolumeExpansion()));
  }

  /** It serves on, and the reason is shown. */
  private static boolean saysThatItCannotGrow(KinesisStream stream) {
    return TestingOperator.reason(stream).equals("ShardsOpen")
        && Objects.requireNonNull(stream.getStatus().conditions()).stream()
            .filter(condition -> condition.type().equals("Degraded"))
            .filter(condition -> condition.reason().equals("ActionsFailing"))
            .anyMatch(condition -> condition.message().contains("PersistentVolumeClaim"));
  }
}
