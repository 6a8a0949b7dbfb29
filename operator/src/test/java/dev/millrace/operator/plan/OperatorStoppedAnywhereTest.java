// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operator.observe.ObservedStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operator stops before each of its steps in turn, a write of the status or an action, and
 * starts again after a while in which the leaders go on: the stream is created, or its number of
 * shards changed, as if nothing had happened.
 */
class OperatorStoppedAnywhereTest {
  private static final int NEVER = Integer.MAX_VALUE;
  private static final int MOST_PASSES = 200;

  /** An election takes a pass without a step. */
  private static final int QUIET_PASSES = 3;

  /**
   * What is wanted.
   *
   * @param from number of shards before; 0 for a stream that is created
   * @param perPod shards in a pod; 0 for the default
   * @param absentSeconds how long there is no operator
   */
  record Change(int from, int to, int perPod, int absentSeconds) {}

  static Stream<Change> changes() {
    List<Change> changes = new ArrayList<>();
    // Meanwhile the leaders go on, or do not get that far.
    changes.add(new Change(0, 3, 1, 0));
    changes.add(new Change(0, 5, 2, 5));
    changes.add(new Change(1, 2, 1, 0));
    changes.add(new Change(2, 1, 1, 5));
    changes.add(new Change(1, 5, 1, 5));
    changes.add(new Change(4, 6, 1, 0));
    changes.add(new Change(6, 4, 2, 5));
    changes.add(new Change(5, 2, 3, 0));
    // Packed by default, and back to a pod each.
    changes.add(new Change(0, 9, 0, 5));
    changes.add(new Change(1, 9, 0, 0));
    changes.add(new Change(9, 2, 0, 5));
    return changes.stream();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatIsWantedIsMadeWhereverTheOperatorStops(Change change) {
    int steps = new Run(change, NEVER).complete();
    assertThat(steps).isGreaterThan(change.to());
    for (int stop = 0; stop < steps; stop++) {
      try {
        new Run(change, stop).complete();
      } catch (AssertionError e) {
        throw new AssertionError("stopped before step %d of %d".formatted(stop, steps), e);
      }
    }
  }

  /** One change, with an operator that stops before a step. */
  private static final class Run {
    private final Change change;
    private final TestingCluster cluster;
    private int stepsLeft = NEVER;
    private int steps;

    Run(Change change, int stop) {
      this.change = change;
      boolean creates = change.from() == 0;
      int first = creates ? change.to() : change.from();
      cluster =
          new TestingCluster(
              change.perPod() == 0
                  ? TestingCluster.shards(first)
                  : TestingCluster.shards(first, change.perPod()));
      if (!creates) {
        settle();
        cluster.scale(change.to());
      }
      steps = 0;
      stepsLeft = stop;
    }

    /** Returns the number of steps that it took. */
    int complete() {
      settle();
      ReconcilePlan plan = cluster.plan();
      assertThat(plan.conditions().ready()).matches(ConditionState::holds, "holds");
      assertThat(plan.conditions().resharding().holds()).isFalse();
      assertThat(cluster.shape().open()).hasSize(change.to());
      assertThat(cluster.shape().coversAllKeys()).isTrue();
      assertThat(Objects.requireNonNull(cluster.status().orElseThrow().shape()).generation())
          .as("the generation of the shape: no change is made twice")
          .isEqualTo(change.from() == 0 ? 1 : 2);
      return steps;
    }

    private void settle() {
      int quiet = 0;
      for (int pass = 0; pass < MOST_PASSES && quiet < QUIET_PASSES; pass++) {
        int before = steps;
        if (!pass()) {
          for (int second = 0; second < change.absentSeconds(); second++) {
            tick();
          }
        }
        tick();
        quiet = steps == before ? quiet + 1 : 0;
      }
      assertThat(quiet).as("passes in a row without a step").isEqualTo(QUIET_PASSES);
    }

    private void tick() {
      cluster.pods().forEach(TestingPod::start);
      cluster.tick();
    }

    /** False if the operator stopped. */
    private boolean pass() {
      ObservedStream observed = cluster.observe();
      ReconcilePlan plan = cluster.plan(observed);
      if (plan.actions().isEmpty() && !plan.conditions().resharding().holds()) {
        cluster.writeStatus(observed, plan);
        return true;
      }
      if (stops()) {
        return false;
      }
      assertThat(cluster.writeStatus(observed, plan)).isTrue();
      for (ReconcileAction action : plan.actions()) {
        if (stops()) {
          return false;
        }
        cluster.act(action);
      }
      return true;
    }

    private boolean stops() {
      steps++;
      return stepsLeft-- == 0;
    }
  }
}
