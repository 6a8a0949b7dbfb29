// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static dev.millrace.kubernetes.TestingObjects.active;
import static dev.millrace.kubernetes.TestingObjects.shard;
import static dev.millrace.kubernetes.TestingObjects.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a gateway believes of the custom resources, whatever order their events come in. */
class StreamViewTest {
  private static final String UID = "0a1b2c3d-0000-4000-8000-000000000001";
  private static final String OTHER_UID = "0a1b2c3d-0000-4000-8000-000000000002";
  private static final StreamName ORDERS = new StreamName("orders");

  private final StreamView view = new StreamView("us-east-1");

  private Optional<StreamStatus> status() {
    return view.find(ORDERS).map(seen -> seen.entry().definition().status());
  }

  @Test
  void aStreamWithoutStatusIsCreating() {
    view.accept(stream("orders", UID, null, 2));
    assertThat(status()).contains(StreamStatus.CREATING);
  }

  @Test
  void activeIsBelievedOnceAllShardsAreSeen() {
    KinesisStream orders = active(stream("orders", UID, null, 2), 2);
    view.accept(orders);
    view.accept(shard(orders, 1, 2, "10.0.0.1:4569"));
    assertThat(status()).contains(StreamStatus.CREATING);
    view.accept(shard(orders, 0, 2, "10.0.0.2:4569"));
    assertThat(status()).contains(StreamStatus.ACTIVE);
    assertThat(view.find(ORDERS).orElseThrow().entry().definition().shards())
        .extracting(definition -> definition.id().index())
        .containsExactly(0, 1);
  }

  @Test
  void theCreationSecondIsTheOneThatTheOperatorGave() {
    KinesisStream orders = stream("orders", UID, null, 1);
    view.accept(orders);
    long own = Instant.parse(orders.getMetadata().getCreationTimestamp()).getEpochSecond();
    assertThat(creationSecond()).isEqualTo(own);
    view.accept(active(orders, 1));
    assertThat(creationSecond()).isEqualTo(TestingObjects.SECOND);

    KinesisStream again = stream("orders", OTHER_UID, null, 1);
    again.setStatus(orders.getStatus());
    view.accept(again);
    view.accept(shard(again, 0, 1, null));
    assertThat(creationSecond()).as("a status of the stream before does not count").isEqualTo(own);
    assertThat(status()).contains(StreamStatus.CREATING);
  }

  @Test
  void aStreamIsUpdatingFromTheRequestOfAReshardToItsEnd() {
    KinesisStream orders = active(stream("orders", UID, null, 1), 1);
    view.accept(shard(orders, 0, 1, null));
    view.accept(orders);
    assertThat(status()).contains(StreamStatus.ACTIVE);

    orders = active(stream("orders", UID, null, 2), 1);
    orders.getMetadata().setGeneration(2L);
    view.accept(orders);
    assertThat(status()).as("requested, not seen by the operator").contains(StreamStatus.UPDATING);

    for (ReshardPhase phase : ReshardPhase.values()) {
      orders = active(stream("orders", UID, null, 2), 1);
      TestingObjects.resharding(orders, phase);
      view.accept(orders);
      assertThat(status())
          .as("%s", phase)
          .contains(
              switch (phase) {
                case PREPARING, SEALING -> StreamStatus.UPDATING;
                case GIVEN_UP -> StreamStatus.ACTIVE;
              });
    }
  }

  @Test
  void anotherSettingIsInForceAtOnce() {
    KinesisStream orders = active(stream("orders", UID, null, 1), 1);
    view.accept(shard(orders, 0, 1, null));
    orders.getMetadata().setGeneration(2L);
    view.accept(orders);
    assertThat(status()).contains(StreamStatus.ACTIVE);
  }

  private long creationSecond() {
    return view.find(ORDERS).orElseThrow().entry().definition().creationSecond();
  }

  @Test
  void whoHasTheNameKeepsItWhateverTheClockSays() {
    KinesisStream holder = active(stream("orders", OTHER_UID, null, 1), 1);
    KinesisStream earlier = stream("also-orders", UID, "orders", 3);
    earlier.getMetadata().setCreationTimestamp("2026-11-21T07:00:00Z");
    view.accept(holder);
    view.accept(earlier);
    assertThat(id()).isEqualTo(StreamId.of(UUID.fromString(OTHER_UID)));
  }

  @Test
  void shardsMayBeSeenBeforeTheirStream() {
    KinesisStream orders = active(stream("orders", UID, null, 1), 1);
    view.accept(shard(orders, 0, 1, "10.0.0.1:4569"));
    assertThat(status()).isEmpty();
    view.accept(orders);
    assertThat(status()).contains(StreamStatus.ACTIVE);
  }

  @Test
  void theRouteIsTheLeadersAddressAndNameAndThenTheOtherReplicas() {
    KinesisStream orders = stream("orders", UID, null, 1);
    ShardRef ref = new ShardRef(StreamId.of(UUID.fromString(UID)), new ShardId(0));
    assertThat(view.routes(ref)).isEmpty();
    view.accept(shard(orders, 0, 1, "10.0.0.1:4569"));
    assertThat(view.routes(ref))
        .containsExactly("10.0.0.1:4569", "pod.svc:4569", "other-pod.svc:4569");
    view.accept(shard(orders, 0, 1, "10.0.0.9:4569"));
    assertThat(view.routes(ref))
        .containsExactly("10.0.0.9:4569", "pod.svc:4569", "other-pod.svc:4569");
  }

  @Test
  void ofTwoThatClaimANameTheOlderHasItAndTheOtherAfterIt() {
    KinesisStream older = stream("orders", UID, null, 1);
    KinesisStream younger = stream("also-orders", OTHER_UID, "orders", 3);
    younger.getMetadata().setCreationTimestamp("2026-11-21T09:00:00Z");
    view.accept(younger);
    view.accept(older);
    assertThat(id()).isEqualTo(StreamId.of(UUID.fromString(UID)));
    view.accept(younger);
    assertThat(id()).isEqualTo(StreamId.of(UUID.fromString(UID)));
    view.remove(older);
    assertThat(id()).isEqualTo(StreamId.of(UUID.fromString(OTHER_UID)));
  }

  private StreamId id() {
    return view.find(ORDERS)
        .map(StreamView.CachedStream::entry)
        .map(CatalogueEntry::definition)
        .orElseThrow()
        .id();
  }

  @Test
  void anOlderSightingOfAnObjectDoesNotTakeBackANewerOne() {
    KinesisStream newer = stream("orders", UID, null, 1);
    newer.getMetadata().setResourceVersion("20");
    newer.getMetadata().setDeletionTimestamp("2026-11-21T10:00:00Z");
    view.accept(newer);
    view.accept(stream("orders", UID, null, 1));
    assertThat(status()).contains(StreamStatus.DELETING);
  }

  @Test
  void whatWasDeletedIsGoneAndALateEventOfItRemovesNoSuccessor() {
    KinesisStream first = stream("orders", UID, null, 1);
    view.accept(first);
    view.remove(first);
    assertThat(view.entries()).isEmpty();
    view.accept(stream("orders", OTHER_UID, null, 1));
    view.remove(first);
    assertThat(view.entries()).containsOnlyKeys(ORDERS);
  }

  @Test
  void aManifestThatMakesNoSenseIsNoStream() {
    view.accept(stream("orders", UID, "not a name", 1));
    assertThat(view.entries()).isEmpty();
  }
}
