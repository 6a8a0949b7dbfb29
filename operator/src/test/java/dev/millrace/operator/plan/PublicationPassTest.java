// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.report.StreamPublication.DescribedShard;
import dev.millrace.core.report.StreamPublication.IndexRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamStatus;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the fronts in a stream's pods are told: all of it once, then what changed. */
class PublicationPassTest {
  private static final ConsumerDefinition CONSUMER =
      new ConsumerDefinition(
          "c", 1_700_000_000L, ConsumerStatus.ACTIVE, new TreeMap<>(), Optional.empty());

  private final TestingCluster cluster = new TestingCluster(TestingCluster.shards(4, 2));

  private static List<StreamPublication> published(ReconcilePlan plan) {
    return plan.actions().stream()
        .filter(ReconcileAction.PublishStream.class::isInstance)
        .map(ReconcileAction.PublishStream.class::cast)
        .map(ReconcileAction.PublishStream::publication)
        .toList();
  }

  @Test
  void aStreamIsPublishedAtItsPodsBeforeItIsReady() {
    boolean isReady = false;
    while (!isReady) {
      ReconcilePlan plan = cluster.pass();
      isReady = plan.conditions().ready().holds();
      if (plan.lifecycle().filter(StreamStatus.CREATING::equals).isPresent()) {
        assertThat(published(plan)).isEmpty();
      }
    }
    assertThat(cluster.pods())
        .hasSize(2)
        .allSatisfy(
            pod -> {
              StreamPublication listed = pod.publication().orElseThrow();
              assertThat(listed.definition().shape()).isEqualTo(cluster.shape());
              assertThat(listed.definition().status()).isEqualTo(StreamStatus.ACTIVE);
              assertThat(listed.routes())
                  .hasSize(4)
                  .containsEntry(
                      new ShardRef(listed.id(), new ShardId(3)),
                      List.of("orders-f2205-1-0.orders-f2205.team.svc:4569"));
            });
  }

  @Test
  void aConsumerIsToldToAllPodsWithoutTheShardsAndTheStreamStaysReady() {
    cluster.settle();
    cluster.register(CONSUMER);
    ReconcilePlan plan = cluster.plan();
    assertThat(published(plan))
        .hasSize(2)
        .allSatisfy(
            publication -> {
              assertThat(publication.added()).isEmpty();
              assertThat(publication.kept()).containsExactly(new IndexRange(0, 3));
              assertThat(publication.description().consumers()).hasSize(1);
            });
    assertThat(plan.actions()).hasSize(2);
    assertThat(plan.conditions().ready().holds()).isTrue();
    cluster.settle();
    assertThat(cluster.pods())
        .allSatisfy(
            pod ->
                assertThat(pod.publication().orElseThrow().definition().consumers())
                    .containsValue(CONSUMER));
  }

  @Test
  void aPodThatMissedAPublicationIsToldWhenItIsBackAndTheOthersAreNot() {
    cluster.settle();
    cluster.pod(0).stop();
    cluster.register(CONSUMER);
    for (int passes = 0; passes < 5; passes++) {
      cluster.pass();
    }
    cluster.pod(0).start();
    cluster.tick();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.actions())
        .filteredOn(ReconcileAction.PublishStream.class::isInstance)
        .singleElement()
        .satisfies(
            action ->
                assertThat(((ReconcileAction.PublishStream) action).pod().name())
                    .isEqualTo(cluster.pod(0).address().name()));
  }

  @Test
  void ofAReshardOnlyTheShardsThatWereBornAreSent() {
    cluster.settle();
    cluster.scale(8);
    boolean isPublished = false;
    while (!isPublished) {
      ReconcilePlan plan = cluster.pass();
      for (StreamPublication publication : published(plan)) {
        boolean isFirst = publication.kept().isEmpty();
        isPublished |= publication.generation() == 2;
        if (!isFirst && publication.generation() == 2) {
          assertThat(publication.kept()).containsExactly(new IndexRange(0, 3));
          assertThat(publication.added())
              .extracting(DescribedShard::shardId)
              .hasSize(8)
              .doesNotContain("shardId-000000000000");
        }
        if (!isFirst && publication.generation() == 1) {
          assertThat(publication.added()).isEmpty();
        }
      }
    }
    cluster.settle();
    assertThat(cluster.pods())
        .allSatisfy(
            pod ->
                assertThat(pod.publication().orElseThrow().definition().shape())
                    .isEqualTo(cluster.shape()));
  }

  @Test
  void aServiceOfSomebodyElseUnderTheNameOfTheStreamIsLeftAloneAndTheStreamIsReady() {
    cluster.addForeign(cluster.desired().names().endpointKey());
    ReconcilePlan plan = cluster.settle();
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(cluster.status().orElseThrow().directEndpoint()).isNull();
    cluster.free(cluster.desired().names().endpointKey());
    cluster.settle();
    assertThat(cluster.status().orElseThrow().directEndpoint())
        .isEqualTo("http://orders.team.svc:4567");
  }
}
