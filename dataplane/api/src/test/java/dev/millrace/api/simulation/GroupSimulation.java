// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.api.action.record.SimulatedFront;
import dev.millrace.api.simulation.GroupChecks.Violation;
import dev.millrace.core.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One simulation: clients put and read while faults come and go, then all faults end and everything
 * is checked. The same seed is the same history.
 */
final class GroupSimulation {
  private static final int FRONTS = 2;
  private static final int WRITERS = 4;
  private static final int PUTS = 20;
  private static final Duration TROUBLE = Duration.ofSeconds(10);
  private static final int SETTLE_MILLIS = 250;

  /** Longer than a put is retried, a lost disk is given, and an election takes, together. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final World world;
  private final SimulatedGroup group;
  private final GroupOperator operator;
  private final GroupHistory history = new GroupHistory();
  private final List<WritingClient> writers = new ArrayList<>();

  private GroupSimulation(long seed, Optional<GroupBug> bug) {
    world = new World(seed, bug);
    group = new SimulatedGroup(world);
    StreamDefinition stream = SimulatedGroup.newStream(world);
    List<FrontCatalogue> catalogues = new ArrayList<>();
    List<WritingClient.Front> fronts = new ArrayList<>();
    for (int i = 0; i < FRONTS; i++) {
      FrontCatalogue catalogue = new FrontCatalogue(stream);
      FrontCalls calls = new FrontCalls(group, SimulatedGroup.PODS + i);
      catalogues.add(catalogue);
      fronts.add(
          new WritingClient.Front(new SimulatedFront(catalogue, calls, world.time()), catalogue));
      FrontCalls readers = new FrontCalls(group, SimulatedGroup.PODS + FRONTS + i);
      new ReadingClient(world, history, readers, catalogue, i == 0).next();
    }
    int node = SimulatedGroup.PODS + 2 * FRONTS;
    operator = new GroupOperator(group, new FrontCalls(group, node), stream, catalogues);
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new WritingClient(world, history, fronts, i, PUTS));
    }
  }

  /** The violations that a seed finds. */
  static List<Violation> run(long seed, Optional<GroupBug> bug) {
    return new GroupSimulation(seed, bug).run();
  }

  private List<Violation> run() {
    operator.poll();
    world.time().runFor(3_000);
    writers.forEach(WritingClient::next);
    GroupNemesis nemesis = new GroupNemesis(group, operator, TROUBLE);
    nemesis.next();
    world.time().runFor(TROUBLE.toMillis() + 2_000);
    nemesis.end();
    long deadline = world.time().nowMillis() + PATIENCE.toMillis();
    while (!isSettled() && world.time().nowMillis() < deadline) {
      world.time().runFor(SETTLE_MILLIS);
    }
    return violations();
  }

  /** Whether nobody has anything left to do. */
  private boolean isSettled() {
    return writers.stream().allMatch(WritingClient::isDone)
        && operator.reshard().isEmpty()
        && group.isComplete()
        && group.pods().stream().allMatch(this::hasAll);
  }

  private String waitingFor() {
    return "%d writers are not done, reshard %s, group %s"
        .formatted(
            writers.stream().filter(writer -> !writer.isDone()).count(), operator.reshard(), group);
  }

  /** Whether a pod has all that the leader has, or never will. */
  private boolean hasAll(SimulatedPod pod) {
    long applied = group.leader().map(leader -> leader.store().applied().index()).orElse(-1L);
    return pod.halted().isPresent()
        || pod.process().filter(is -> is.store().applied().index() == applied).isPresent();
  }

  private List<Violation> violations() {
    List<Violation> all = new ArrayList<>();
    if (!isSettled()) {
      all.add(new Violation(GroupInvariant.EVERYBODY_GETS_ON, waitingFor()));
    }
    Optional<SimulatedMember> leader = group.leader();
    if (leader.isPresent()) {
      SimulatedStore store = leader.get().store();
      all.addAll(GroupChecks.of(history, ReplicaChecks.records(store)));
      all.addAll(new ReplicaChecks(store).violations(group, operator.completed()));
    }
    return all;
  }
}
