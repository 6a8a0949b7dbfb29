// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.stream.ShardDefinition;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/** The log as the leader sees it, with the planted bugs of reshards. */
record PlantedLog(World world, ShardLog log, ReshardPlans plans, InstantSource clock)
    implements ShardLog {
  @Override
  public CompletionStage<Outcome> propose(Command command) {
    if (world.has(GroupBug.CHILD_OPENS_BEFORE_THE_SEAL)
        && command instanceof Command.SealShard seal) {
      seal.plan().map(plans::read).ifPresent(plan -> open(plan, seal.nowSecond() + 1));
    }
    if (world.has(GroupBug.CHILD_BEGINS_BY_THE_CLOCK)
        && command instanceof Command.OpenShard open
        && !open.parents().isEmpty()) {
      long second = clock.instant().getEpochSecond();
      return log.propose(new Command.OpenShard(open.shard(), open.range(), open.parents(), second));
    }
    return log.propose(command);
  }

  private void open(ReshardPlan plan, long second) {
    plan.opening()
        .forEach(
            shard -> {
              ShardDefinition opened = shard.opened(second);
              log.propose(
                  new Command.OpenShard(plan.ref(shard), opened.range(), opened.parents(), second));
            });
  }

  @Override
  public CompletionStage<Void> confirm() {
    return log.confirm();
  }

  @Override
  public boolean leads() {
    return log.leads();
  }
}
