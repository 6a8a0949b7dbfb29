// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.GroupPorts;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.resource.GroupName;
import dev.millrace.operator.resource.ResourceNames;
import java.util.Optional;

/** Builds the status of Shards from the state of their set. */
final class ShardStatuses {
  private ShardStatuses() {}

  static ShardStatus next(ObservedShard shard, EvaluatedShardSet set, ResourceNames names) {
    ShardSetState state = set.state();
    return switch (state) {
      case ShardSetState.Serving serving -> open(shard, serving.pod(), set, names);
      // A change of settings does not make an open shard unavailable.
      case ShardSetState.Unassigned(var pod, var report, var desired) ->
          shard.wasOpen() && ShardSet.serves(report, shard.spec())
              ? open(shard, pod, set, names)
              : away(shard, state.explanation());
      case ShardSetState.Lost loss -> with(shard, Phase.LOST, Optional.of(loss.message()));
      // A published loss remains while the pod restarts.
      case ShardSetState.Waiting waiting ->
          shard.status().phase() == Phase.LOST ? shard.status() : away(shard, state.explanation());
      case ShardSetState.Electing electing -> away(shard, state.explanation());
      case ShardSetState.Unformed unformed -> away(shard, state.explanation());
      case ShardSetState.Unrecorded unrecorded -> away(shard, state.explanation());
    };
  }

  /** The phase of a shard whose pod leads: a child is Pending until it is published. */
  private static Phase servedPhase(ObservedShard shard) {
    if (shard.isClosed()) {
      return Phase.CLOSED;
    }
    return shard.creationSecond().isPresent() ? Phase.OPEN : Phase.PENDING;
  }

  private static ShardStatus open(
      ObservedShard shard, ObservedPod pod, EvaluatedShardSet set, ResourceNames names) {
    Optional<String> ip = pod.address().ip();
    if (ip.isEmpty()) {
      return away(shard, Optional.of("pod " + pod.name() + " has no address"));
    }
    if (servedPhase(shard) == Phase.PENDING) {
      return with(shard, Phase.PENDING, Optional.empty());
    }
    return shard
        .status()
        .withPhase(servedPhase(shard), null)
        .withLeader(
            pod.name(),
            address(ip.get(), set.set().id()),
            names.rpcAddress(pod.name(), set.set().id().number()),
            set.set().podNames().stream()
                .filter(other -> !other.equals(pod.name()))
                .map(other -> names.rpcAddress(other, set.set().id().number()))
                .toList(),
            set.inStep());
  }

  /** {@code host:port} of a group's internal RPC at an IP address. */
  static String address(String ip, GroupName group) {
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]")
        + ":"
        + GroupPorts.of(ResourceNames.RPC_PORT, group.number());
  }

  /** A shard that was never open is Pending, whatever it waits for. */
  private static ShardStatus away(ObservedShard shard, Optional<String> why) {
    return shard.wasOpen()
        ? with(shard, Phase.UNAVAILABLE, why)
        : with(shard, Phase.PENDING, Optional.empty());
  }

  private static ShardStatus with(ObservedShard shard, Phase phase, Optional<String> message) {
    return shard.status().withPhase(phase, message.orElse(null));
  }
}
