// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.PodReport.LogEnd;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A majority of the disks of a shard set is gone, and a person accepts that. */
class MajorityLossTest {
  private static final String SET = "orders-f2205-0";

  private final TestingCluster cluster = new TestingCluster(TestingCluster.replicated(2, 1, 3));
  private List<String> before = List.of();

  @BeforeEach
  void serve() {
    cluster.settle();
    before = shard().recordedDisks();
  }

  private ShardStatus shard() {
    return cluster.shardStatuses().getFirst();
  }

  private static <T> List<T> of(Class<T> kind, ReconcilePlan plan) {
    return plan.actions().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** These pods come up with empty disks. */
  private void lose(int... ordinals) {
    for (int ordinal : ordinals) {
      cluster.pod(0, ordinal).swap(cluster.emptyDisk());
      cluster.pod(0, ordinal).start();
    }
    cluster.tick();
    cluster.pass();
  }

  /** Undisturbed passes, in which whoever has ended is started again. */
  private static ReconcilePlan passes(TestingCluster cluster) {
    for (int pass = 0; pass < 40; pass++) {
      cluster.pods().forEach(TestingPod::start);
      cluster.pass();
    }
    return cluster.settle();
  }

  private String left() {
    return cluster.pod(0, 0).disk().id();
  }

  private String consent() {
    return SET + ": go on from disk " + left();
  }

  private String message() {
    return cluster.plan().conditions().degraded().message();
  }

  private List<ReconcileAction.AcceptLoss> acceptances() {
    return of(ReconcileAction.AcceptLoss.class, cluster.plan());
  }

  @Test
  void thePodOfTheNamedDiskIsAskedToGoOnAlone() {
    lose(1, 2);
    cluster.annotate(consent());
    assertThat(acceptances())
        .containsExactly(
            new ReconcileAction.AcceptLoss(
                cluster.pod(0, 0).address(),
                new AcceptedLoss(
                    Objects.requireNonNull(shard().group()),
                    left(),
                    before,
                    before.subList(1, 3),
                    consent())));
    assertThat(message())
        .endsWith("; the loss is accepted, and the set goes on from disk " + left());
    assertThat(cluster.plan().recheckAfter()).contains(RecheckDelay.CONVERGING);
  }

  @Test
  void theSetGoesOnAndGetsItsReplicasBackOneAfterTheOther() {
    lose(1, 2);
    cluster.annotate(consent());
    List<String> steps = new ArrayList<>();
    for (int pass = 0; pass < 40; pass++) {
      cluster.pods().forEach(TestingPod::start);
      ReconcilePlan done = cluster.pass();
      of(ReconcileAction.AcceptLoss.class, done).forEach(loss -> steps.add("go on alone"));
      of(ReconcileAction.FormGroup.class, done)
          .forEach(form -> steps.add("join " + form.pod().name()));
      of(ReconcileAction.AdmitMember.class, done).stream()
          .map(ReconcileAction.AdmitMember::admission)
          .forEach(admission -> steps.add("add to " + admission.members() + admission.goes()));
      of(ReconcileAction.RecordGroup.class, done)
          .forEach(record -> steps.add("record " + record.status().recordedDisks()));
    }
    String first = cluster.pod(0, 1).disk().id();
    String second = cluster.pod(0, 2).disk().id();
    assertThat(steps)
        .containsExactly(
            "go on alone",
            // It is up again and does not lead yet, and has nothing to do.
            "go on alone",
            "record [%s, none, none]".formatted(left()),
            "join orders-f2205-0-1",
            "add to [%s]Optional.empty".formatted(left()),
            "record [%s, %s, none]".formatted(left(), first),
            "join orders-f2205-0-2",
            "add to [%s, %s]Optional.empty".formatted(left(), first),
            "record [%s, %s, %s]".formatted(left(), first, second));
    ReconcilePlan plan = cluster.settle();
    assertThat(plan.conditions().ready().holds()).isTrue();
    assertThat(plan.conditions().degraded().holds()).isFalse();
    assertThat(shard().inStep()).isEqualTo("3/3");
    assertThat(shard().phase()).isEqualTo(Phase.OPEN);
  }

  @Test
  void anEventSaysWhatWasGivenUpAndTheAnnotationDoesNothingMore() {
    lose(1, 2);
    cluster.annotate(consent());
    passes(cluster);
    assertThat(cluster.messages("LossAccepted"))
        .containsExactly(
            "shard set %s goes on from disk %s; the members of group %s were %s, given up are %s; annotation: '%s'"
                .formatted(
                    SET,
                    left(),
                    shard().group(),
                    String.join(", ", before),
                    String.join(", ", before.subList(1, 3)),
                    consent()));
    assertThat(cluster.messages("ReplicaAdded")).hasSize(2);
    cluster.pod(0, 0).stop();
    cluster.pod(0, 1).stop();
    cluster.tick();
    assertThat(cluster.plan().conditions().degraded().reason()).isEqualTo("ShardsUnavailable");
    assertThat(acceptances()).isEmpty();
  }

  @Test
  void whileTheSetGoesOnAloneOthersAreMissingAndItServes() {
    lose(1, 2);
    cluster.annotate(consent());
    cluster.pass();
    cluster.pod(0, 0).start();
    cluster.tick();
    cluster.pass();
    ReconcilePlan plan = cluster.plan();
    assertThat(plan.conditions().degraded().reason()).isEqualTo("ReplicasLost");
    assertThat(plan.conditions().degraded().message())
        .startsWith(
            "group %s has no member in pod orders-f2205-0-1 since a loss was accepted; the pod came up with disk %s, which takes its place"
                .formatted(shard().group(), cluster.pod(0, 1).disk().id()));
    cluster.pass();
    assertThat(shard().phase()).isEqualTo(Phase.OPEN);
    assertThat(shard().inStep()).isEqualTo("1/3");
    // It restarts: that is no loss.
    cluster.pod(0, 0).stop();
    assertThat(cluster.plan().conditions().degraded().reason()).isEqualTo("ShardsUnavailable");
    assertThat(cluster.plan().conditions().degraded().message()).doesNotContain("accept");
  }

  @Test
  void aDiskThatWasGivenUpAndComesBackIsLeftAlone() {
    TestingPod.Disk old = cluster.pod(0, 1).disk();
    lose(1, 2);
    cluster.annotate(consent());
    cluster.pass();
    cluster.pod(0, 1).swap(old);
    ReconcilePlan plan = passes(cluster);
    assertThat(plan.conditions().degraded().message())
        .isEqualTo(
            "disk %s of pod orders-f2205-0-1 was given up in group %s: delete its volume claim and the pod"
                .formatted(old.id(), shard().group()));
    assertThat(shard().recordedDisks())
        .containsExactly(left(), "none", cluster.pod(0, 2).disk().id());
    assertThat(plan.actions()).isEmpty();
  }

  @Test
  void anythingElseThanTheExactTextIsRefused() {
    lose(1, 2);
    for (String text :
        List.of("", "yes", SET, left(), consent() + ".", consent() + ";" + consent(), " ")) {
      cluster.annotate(text);
      assertThat(acceptances()).as(text).isEmpty();
      assertThat(message())
          .contains(
              "the annotation millrace.dev/accept-loss must be 'SET: go on from disk ID', several of them separated by '; ', found '%s'"
                  .formatted(text))
          .endsWith("'" + consent() + "'");
    }
  }

  @Test
  void aDiskThatIsNotLeftIsRefused() {
    lose(1, 2);
    for (String disk : List.of(before.get(1), cluster.pod(0, 1).disk().id(), "x")) {
      cluster.annotate(SET + ": go on from disk " + disk);
      assertThat(acceptances()).isEmpty();
      assertThat(message())
          .contains(
              "the set cannot go on from disk %s, which is not one that is left".formatted(disk))
          .endsWith("'" + consent() + "'");
    }
  }

  @Test
  void consentForAnotherSetIsNone() {
    lose(1, 2);
    cluster.annotate("orders-f2205-1: go on from disk " + left());
    assertThat(acceptances()).isEmpty();
    assertThat(message()).endsWith("'" + consent() + "'");
  }

  @Test
  void severalSetsMayBeNamed() {
    lose(1, 2);
    for (int ordinal = 1; ordinal < 3; ordinal++) {
      cluster.pod(1, ordinal).swap(cluster.emptyDisk());
      cluster.pod(1, ordinal).start();
    }
    cluster.tick();
    cluster.annotate(
        consent() + "; orders-f2205-1: go on from disk " + cluster.pod(1, 0).disk().id());
    assertThat(acceptances())
        .extracting(action -> action.pod().name())
        .containsExactly("orders-f2205-0-0", "orders-f2205-1-0");
  }

  @Test
  void nothingIsGivenUpWhileAMajorityIsThere() {
    cluster.annotate(consent());
    lose(2);
    assertThat(acceptances()).isEmpty();
    cluster.settle();
    assertThat(cluster.events()).doesNotContain("LossAccepted");
    assertThat(shard().recordedDisks()).doesNotContain("none");
  }

  @Test
  void nothingIsGivenUpWhileAPodLeads() {
    lose(1, 2);
    cluster.annotate(consent());
    cluster.pod(0, 0).elected(true, 9);
    assertThat(acceptances()).isEmpty();
    assertThat(message())
        .endsWith("the loss is accepted once pod orders-f2205-0-0 does not lead any more");
  }

  @Test
  void aMemberThatGivesNoReportIsNotTakenForLost() {
    lose(1);
    cluster.pod(0, 2).stop();
    cluster.annotate(consent());
    cluster.tick();
    assertThat(acceptances()).isEmpty();
    assertThat(cluster.plan().conditions().degraded().reason()).isEqualTo("ShardsUnavailable");
    TestingCluster five = new TestingCluster(TestingCluster.replicated(1, 1, 5));
    five.settle();
    for (int ordinal = 1; ordinal < 4; ordinal++) {
      five.pod(0, ordinal).swap(five.emptyDisk());
      five.pod(0, ordinal).start();
    }
    five.pod(0, 4).stop();
    five.tick();
    five.annotate(SET + ": go on from disk " + five.pod(0, 0).disk().id());
    assertThat(of(ReconcileAction.AcceptLoss.class, five.plan())).isEmpty();
    assertThat(five.plan().conditions().degraded().message())
        .endsWith(
            "the loss is accepted once pod orders-f2205-0-4 gives a report: if its disk is gone too, delete its volume claim and the pod");
  }

  @Test
  void whatThePodAnswersIsShown() {
    lose(1, 2);
    cluster.annotate(consent());
    cluster.fail("Pod orders-f2205-0-0: 409 the group has a leader");
    assertThat(message()).endsWith(left() + " (Pod orders-f2205-0-0: 409 the group has a leader)");
  }

  @Test
  void oneOfTwoDisksThatAreLeftIsChosen() {
    TestingCluster five = new TestingCluster(TestingCluster.replicated(1, 1, 5));
    five.settle();
    for (int ordinal : List.of(0, 2, 3)) {
      five.pod(0, ordinal).swap(five.emptyDisk());
      five.pod(0, ordinal).start();
    }
    five.tick();
    five.pod(0, 1).disk().write(new LogEnd(3, 90));
    five.pod(0, 4).disk().write(new LogEnd(4, 80));
    String chosen = SET + ": go on from disk " + five.pod(0, 4).disk().id();
    assertThat(five.plan().conditions().degraded().message())
        .endsWith(
            "'%s' or, if that disk is unusable, '%s: go on from disk %s'"
                .formatted(chosen, SET, five.pod(0, 1).disk().id()));
    five.annotate(chosen);
    // The other one has what the group has given up.
    assertThat(passes(five).conditions().degraded().message())
        .isEqualTo(
            "disk %s of pod orders-f2205-0-1 was given up in group %s: delete its volume claim and the pod"
                .formatted(five.pod(0, 1).disk().id(), five.shardStatuses().getFirst().group()));
    five.pod(0, 1).swap(five.emptyDisk());
    five.pod(0, 1).start();
    passes(five);
    assertThat(five.shardStatuses().getFirst().inStep()).isEqualTo("5/5");
  }
}
