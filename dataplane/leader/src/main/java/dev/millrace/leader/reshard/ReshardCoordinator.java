// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.reshard;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.leader.session.TaskTimer;
import dev.millrace.leader.shard.BoundedConcurrency;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Completes reshards whose first closing shard is sealed and led by this process. Once that shard
 * is sealed there is no way back, so every call is repeated until it succeeds:
 *
 * <ol>
 *   <li>every other group with closing shards seals them and answers with the proof;
 *   <li>with all proofs, every group with new shards opens them;
 *   <li>when all are open, every group with closing shards is told, so that writers are sent there.
 * </ol>
 *
 * What was done stands in the shards, so another process, or this one after a restart, repeats the
 * steps and finds them done. Any thread may call; never blocks.
 */
public final class ReshardCoordinator {
  private static final Logger LOG = Logger.getLogger(ReshardCoordinator.class);

  /** Groups that are called at a time. */
  private static final int MOST_CALLS = 32;

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final ReshardParticipant self;
  private final ReshardPeers peers;
  private final TaskTimer timer;
  private final BooleanSupplier leads;

  /** By the id of the first closing shard. */
  private final Map<String, Run> running = new ConcurrentHashMap<>();

  private volatile boolean closed;

  /**
   * A coordinator.
   *
   * @param self the group that it is in
   * @param peers the other groups
   * @param timer waits between rounds
   * @param leads whether this process leads the group still; if not, its successor goes on
   */
  public ReshardCoordinator(
      ReshardParticipant self, ReshardPeers peers, TaskTimer timer, BooleanSupplier leads) {
    this.self = self;
    this.peers = peers;
    this.timer = timer;
    this.leads = leads;
  }

  /**
   * Calls every other group of a plan, none of which does anything yet. So it is known before the
   * point of no return that all of them are reached, and the calls after it find open connections:
   * writers wait meanwhile.
   *
   * @return fails if a group is not reached
   */
  public CompletionStage<Void> rehearse(ReshardPlan plan) {
    Set<String> groups = new LinkedHashSet<>(plan.groups(plan.closing()));
    groups.addAll(plan.groups(plan.opening()));
    groups.remove(self.group());
    ReshardStep nothing = new ReshardStep(plan, Map.of(), false);
    return BoundedConcurrency.forEach(groups, MOST_CALLS, group -> answer(plan, group, nothing));
  }

  /**
   * Completes a reshard; does nothing if that is under way.
   *
   * @param plan a plan whose first closing shard is sealed
   * @param sealSecond when it was sealed, epoch seconds
   */
  public void complete(ReshardPlan plan, long sealSecond) {
    Run run = new Run(plan);
    run.sealed.put(plan.coordinator().shardId(), sealSecond);
    if (running.putIfAbsent(plan.coordinator().shardId(), run) == null) {
      run.round(FIRST_PAUSE_MILLIS);
    }
  }

  /** Ends all work; it is taken up again at the next start. */
  public void close() {
    closed = true;
  }

  /** One reshard. A round calls every group that still has something to do. */
  private final class Run {
    private final ReshardPlan plan;
    private final Map<String, Long> sealed = new ConcurrentHashMap<>();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    Run(ReshardPlan plan) {
      this.plan = plan;
    }

    void round(long pauseMillis) {
      if (closed) {
        return;
      }
      if (!leads.getAsBoolean()) {
        running.remove(plan.coordinator().shardId(), this);
        return;
      }
      ReshardStep step = new ReshardStep(plan, new TreeMap<>(sealed), allOpen());
      Set<String> groups = pending(step);
      if (groups.isEmpty()) {
        running.remove(plan.coordinator().shardId(), this);
        LOG.infof(
            "reshard of stream %s to generation %d: the leaders have completed it",
            plan.streamId(), plan.generation());
        return;
      }
      int before = done();
      BoundedConcurrency.forEach(groups, MOST_CALLS, group -> call(group, step))
          .whenComplete(
              (all, failure) -> {
                if (failure == null || done() > before) {
                  round(FIRST_PAUSE_MILLIS);
                } else {
                  LOG.warnf(
                      "reshard of stream %s to generation %d is retried: %s",
                      plan.streamId(), plan.generation(), CompletionFailures.cause(failure));
                  timer.run(
                      pauseMillis, () -> round(Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS)));
                }
              });
    }

    private int done() {
      return sealed.size() + open.size() + told.size();
    }

    private boolean allOpen() {
      return plan.opening().stream().allMatch(shard -> open.contains(shard.shardId()));
    }

    private Set<String> pending(ReshardStep step) {
      Set<String> groups = new LinkedHashSet<>();
      if (!step.allSealed()) {
        groups.addAll(groups(plan.closing(), shard -> !step.sealed().containsKey(shard.shardId())));
      } else if (!step.opened()) {
        groups.addAll(groups(plan.opening(), shard -> !open.contains(shard.shardId())));
      } else {
        groups.addAll(plan.groups(plan.closing()));
        groups.removeAll(told);
      }
      return groups;
    }

    private Set<String> groups(List<PlannedShard> shards, Predicate<PlannedShard> isPending) {
      return plan.groups(shards.stream().filter(isPending).toList());
    }

    private CompletionStage<Void> call(String group, ReshardStep step) {
      return answer(plan, group, step)
          .thenAccept(
              progress -> {
                sealed.putAll(progress.sealed());
                open.addAll(progress.open());
                if (step.opened()) {
                  told.add(group);
                }
              });
    }
  }

  private CompletionStage<ReshardProgress> answer(
      ReshardPlan plan, String group, ReshardStep step) {
    if (group.equals(self.group())) {
      return self.step(step);
    }
    Set<PlannedShard> shards = new HashSet<>(plan.closing());
    shards.addAll(plan.born());
    return shards.stream()
        .filter(shard -> shard.group().equals(group))
        .findFirst()
        .map(shard -> peers.step(shard.members(), step))
        .orElseGet(
            () -> CompletableFuture.failedStage(new IllegalStateException("no group " + group)));
  }
}
