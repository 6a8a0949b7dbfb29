// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.leader.session.TaskTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A pod: its disk, its clock and the process that runs in it, which may end, freeze or be started
 * again. A frozen process does later what it was told meanwhile.
 */
final class SimulatedPod {
  private final World world;
  private final SimulatedNetwork network;
  private final SimulatedGroup group;
  private final int number;
  private final SimulatedClock clock;
  private SimulatedDisk disk;
  private Optional<SimulatedMember> process = Optional.empty();
  private Optional<RuntimeException> halted = Optional.empty();
  private boolean isFrozen;
  private final List<Runnable> frozen = new ArrayList<>();

  SimulatedPod(SimulatedGroup group, int number, SimulatedClock clock, SimulatedDisk disk) {
    this.world = group.world();
    this.network = group.network();
    this.group = group;
    this.number = number;
    this.clock = clock;
    this.disk = disk;
  }

  int number() {
    return number;
  }

  SimulatedClock clock() {
    return clock;
  }

  SimulatedDisk disk() {
    return disk;
  }

  Optional<SimulatedMember> process() {
    return process;
  }

  /** Why the process ended itself; it would do so again at each start. */
  Optional<RuntimeException> halted() {
    return halted;
  }

  void start() {
    if (process.isEmpty() && halted.isEmpty()) {
      Incarnation incarnation = new Incarnation();
      try {
        SimulatedMember member = new SimulatedMember(world, group, disk, clock, incarnation);
        incarnation.self = Optional.of(member);
        process = Optional.of(member);
        member.start();
      } catch (RuntimeException e) {
        halt(e);
      }
    }
  }

  /** The process ends without notice; what it wrote to its disk is there at the next start. */
  void kill() {
    process = Optional.empty();
    isFrozen = false;
    frozen.clear();
  }

  void cutPower() {
    kill();
    disk = disk.afterPowerCut();
  }

  /** The disk is gone, and an empty one takes its place. */
  void loseDisk() {
    kill();
    MemberId lost = disk.member();
    disk.afterPowerCut();
    disk =
        world.has(GroupBug.EMPTY_DISK_KEEPS_THE_OLD_NAME)
            ? new SimulatedDisk(world, lost, disk.log().members())
            : new SimulatedDisk(world, new MemberId(number, lost.disk() + 1), MemberSet.UNKNOWN);
  }

  void freeze() {
    isFrozen = process.isPresent();
  }

  void thaw() {
    isFrozen = false;
    List<Runnable> due = List.copyOf(frozen);
    frozen.clear();
    due.forEach(Runnable::run);
  }

  private void halt(RuntimeException why) {
    kill();
    halted = Optional.of(why);
  }

  /** Has the process, if it is up, do something. */
  void deliver(Consumer<SimulatedMember> task) {
    process.ifPresent(member -> run(member, () -> task.accept(member)));
  }

  private void run(SimulatedMember member, Runnable task) {
    if (process.filter(is -> is == member).isEmpty()) {
      return;
    }
    if (isFrozen) {
      frozen.add(() -> run(member, task));
      return;
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      halt(e);
    }
  }

  @Override
  public String toString() {
    return disk.member()
        + process
            .map(
                member ->
                    " in term %d has applied %s, and %s%s"
                        .formatted(
                            member.raft().term(),
                            member.store().applied(),
                            member.raft().members(),
                            member.raft().leads() ? ", and leads" : ""))
            .orElseGet(() -> " is down: " + halted);
  }

  /** What one process asks of the pod is not done for the next one. */
  private final class Incarnation implements MemberHost, TaskTimer {
    private final SimulatedDisk own = disk;
    private Optional<SimulatedMember> self = Optional.empty();

    @Override
    public void send(RaftMessage message) {
      network.send(
          number,
          message.to().pod(),
          () -> group.pod(message.to().pod()).deliver(member -> member.receive(message)));
    }

    @Override
    public void later(int millis, Runnable task) {
      run(millis, task);
    }

    @Override
    public void run(long millis, Runnable task) {
      world.time().later(millis, () -> mine(task));
    }

    @Override
    public void sync(Runnable done) {
      own.sync(() -> mine(done));
    }

    private void mine(Runnable task) {
      self.ifPresent(member -> SimulatedPod.this.run(member, task));
    }
  }
}
