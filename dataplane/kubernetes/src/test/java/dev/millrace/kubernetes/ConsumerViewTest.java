// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static dev.millrace.kubernetes.TestingObjects.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerSpec.StreamRef;
import dev.millrace.crds.StreamConsumerStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The consumers of a stream are the StreamConsumers that name it, in whatever order they come. */
class ConsumerViewTest {
  private static final String UID = "0a1b2c3d-0000-4000-8000-000000000001";
  private static final String FIRST = "0a1b2c3d-0000-4000-8000-000000000011";
  private static final String SECOND = "0a1b2c3d-0000-4000-8000-000000000012";
  private static final long CREATED = Instant.parse("2026-11-21T09:00:00Z").getEpochSecond();
  private static final String ORDERS_ARN =
      AccountId.ofNamespace("team").streamArn("us-east-1", new StreamName("Orders"));

  private final StreamView view = new StreamView("us-east-1");

  private static StreamConsumer object(String name, String uid, StreamConsumerSpec spec) {
    StreamConsumer object = new StreamConsumer();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("team")
            .withUid(uid)
            .withGeneration(1L)
            .withResourceVersion("10")
            .withCreationTimestamp("2026-11-21T09:00:00Z")
            .build());
    object.setSpec(spec);
    return object;
  }

  private static StreamConsumer consumer(String name, String uid) {
    return object(
        name, uid, new StreamConsumerSpec(new StreamRef("orders"), null, "fraud", null, null));
  }

  private static StreamConsumer byArn(String arn) {
    return object("by-arn", SECOND, new StreamConsumerSpec(null, arn, null, null, null));
  }

  private static StreamConsumer status(StreamConsumer object, long second, String status) {
    object.setStatus(
        new StreamConsumerStatus(
            1L, ORDERS_ARN + "/consumer/fraud:" + second, status, null, null, null, null, null));
    return object;
  }

  private CatalogueEntry entry() {
    return view.find(new StreamName("Orders")).map(StreamView.CachedStream::entry).orElseThrow();
  }

  private Map<String, ConsumerDefinition> consumers() {
    return entry().definition().consumers();
  }

  private ConsumerStatus fraud() {
    return Optional.ofNullable(consumers().get("fraud")).orElseThrow().status();
  }

  private void streamComes() {
    view.accept(stream("orders", UID, "Orders", 1));
  }

  @Test
  void aConsumerMayComeBeforeItsStreamAndIsCreatingUntilTheOperatorSaysMore() {
    view.accept(consumer("c", FIRST));
    streamComes();
    assertThat(consumers())
        .isEqualTo(
            Map.of(
                "fraud",
                new ConsumerDefinition(
                    "fraud", CREATED, ConsumerStatus.CREATING, new TreeMap<>(), Optional.empty())));
    view.accept(status(consumer("c", FIRST), CREATED, "ACTIVE"));
    assertThat(fraud()).isEqualTo(ConsumerStatus.ACTIVE);
  }

  @Test
  void aStatusOfTheConsumerBeforeDoesNotCount() {
    streamComes();
    view.accept(status(consumer("c", FIRST), CREATED - 7, "ACTIVE"));
    assertThat(fraud()).isEqualTo(ConsumerStatus.CREATING);
  }

  @Test
  void anArnOfThisAccountAndRegionNamesTheStreamAndAnotherNamesNone() {
    streamComes();
    view.accept(byArn(ORDERS_ARN.replace("us-east-1", "eu-west-1")));
    view.accept(object("odd", FIRST, new StreamConsumerSpec(null, "arn:odd", null, null, null)));
    assertThat(consumers()).isEmpty();
    view.accept(byArn(ORDERS_ARN));
    assertThat(consumers()).containsOnlyKeys("by-arn");
  }

  @Test
  void ofTwoThatClaimANameTheOneThatHasItKeepsItAndTheOtherComesAfterIt() {
    streamComes();
    view.accept(consumer("a", FIRST));
    StreamConsumer holder = status(consumer("b", SECOND), CREATED, "ACTIVE");
    view.accept(holder);
    assertThat(fraud()).isEqualTo(ConsumerStatus.ACTIVE);
    view.remove(holder);
    assertThat(fraud()).isEqualTo(ConsumerStatus.CREATING);
    view.remove(consumer("a", FIRST));
    assertThat(consumers()).isEmpty();
  }

  @Test
  void whatIsBeingDeletedIsDeletingAndALateEventRemovesNoSuccessor() {
    streamComes();
    StreamConsumer going = status(consumer("c", FIRST), CREATED, "ACTIVE");
    going.getMetadata().setDeletionTimestamp("2026-11-21T10:00:00Z");
    view.accept(going);
    assertThat(fraud()).isEqualTo(ConsumerStatus.DELETING);
    view.accept(consumer("c", SECOND));
    view.remove(going);
    assertThat(consumers()).containsOnlyKeys("fraud");
  }

  @Test
  void anyChangeOfConsumersIsAnotherRevisionAndAStatusIsNone() {
    streamComes();
    long before = entry().revision();
    view.accept(consumer("c", FIRST));
    long registered = entry().revision();
    assertThat(registered).isNotEqualTo(before);
    view.accept(status(consumer("c", FIRST), CREATED, "ACTIVE"));
    assertThat(entry().revision()).isEqualTo(registered);
    StreamConsumer tagged = consumer("c", FIRST);
    tagged.getMetadata().setGeneration(2L);
    view.accept(tagged);
    assertThat(entry().revision()).isNotEqualTo(registered);
  }

  @Test
  void whatWasRemovedDoesNotComeBackWithALateEvent() {
    streamComes();
    view.accept(consumer("c", FIRST));
    view.remove(consumer("c", FIRST));
    view.accept(consumer("c", FIRST));
    assertThat(consumers()).isEmpty();
  }

  @Test
  void anOlderSightTakesNoSuccessorsPlace() {
    streamComes();
    StreamConsumer successor = consumer("c", SECOND);
    successor.getMetadata().setResourceVersion("20");
    successor.getMetadata().setCreationTimestamp("2026-11-21T10:00:00Z");
    view.accept(successor);
    view.accept(consumer("c", FIRST));
    assertThat(Optional.ofNullable(consumers().get("fraud")))
        .map(ConsumerDefinition::creationSecond)
        .contains(CREATED + 3600);
  }

  @Test
  void theSecondOfAConsumerIsRememberedWhenItIsGone() {
    assertThat(view.formerSecond(consumer("c", SECOND))).isEmpty();
    view.accept(consumer("c", FIRST));
    view.remove(consumer("c", FIRST));
    assertThat(view.formerSecond(consumer("another-object", SECOND))).contains(CREATED);
  }
}
