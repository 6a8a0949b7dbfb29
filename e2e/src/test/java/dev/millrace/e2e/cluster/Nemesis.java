// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardStatus;
import dev.millrace.e2e.Eventually;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** What goes wrong during a reshard, and is mended. */
enum Nemesis {
  /** The operator is absent for a while. */
  OPERATOR_ABSENT {
    @Override
    String act(Installation millrace, String stream, SplittableRandom random) {
      millrace.scale(Installation.OPERATOR, 0);
      String phase = phase(millrace, stream);
      millrace.scale(Installation.OPERATOR, 1);
      return "phase without the operator: " + phase;
    }
  },

  /** One of the gateways is killed. */
  GATEWAY_KILLED {
    @Override
    String act(Installation millrace, String stream, SplittableRandom random) {
      String killed = kill(millrace, millrace.podsOf(Installation.GATEWAY), random);
      millrace.scale(Installation.GATEWAY, 2);
      return killed;
    }
  },

  /** The pod of a shard that is being closed is killed. */
  PARENT_KILLED {
    @Override
    String act(Installation millrace, String stream, SplittableRandom random) {
      return killAndAwait(millrace, podsOf(millrace, stream, false), random);
    }
  },

  /** The pod of a shard that is being created is killed, as soon as there is one. */
  CHILD_KILLED {
    @Override
    String act(Installation millrace, String stream, SplittableRandom random) {
      List<Pod> pods =
          Eventually.found(
              "a child of " + stream + " has a pod, or the reshard is over",
              Installation.TIMEOUT,
              () ->
                  Optional.of(podsOf(millrace, stream, true))
                      .filter(found -> !found.isEmpty() || resharding(millrace, stream).isEmpty()));
      return killAndAwait(millrace, pods, random);
    }
  },

  /**
   * The node of a shard that is being closed is cut off for a while: its kubelet, its pods and
   * their volumes are there and nobody reaches them.
   */
  NODE_CUT_OFF {
    @Override
    boolean isPossible() {
      return Nodes.canFail();
    }

    @Override
    String act(Installation millrace, String stream, SplittableRandom random) {
      List<Pod> pods = podsOf(millrace, stream, false);
      if (pods.isEmpty()) {
        return "too late: there is no such pod";
      }
      String node = pods.get(random.nextInt(pods.size())).getSpec().getNodeName();
      Duration time = Duration.ofSeconds(random.nextLong(1, 60));
      Nodes.cutOff(node, () -> Eventually.pass(time));
      return "cut off " + node + " for " + time.toSeconds() + " s";
    }
  };

  /** False where the cluster offers no way to do it. */
  boolean isPossible() {
    return true;
  }

  /**
   * Does it and mends it.
   *
   * @return what was done, for people
   */
  abstract String act(Installation millrace, String stream, SplittableRandom random);

  private static String killAndAwait(
      Installation millrace, List<Pod> pods, SplittableRandom random) {
    if (pods.isEmpty()) {
      return "too late: there is no such pod";
    }
    Pod pod = pods.get(random.nextInt(pods.size()));
    millrace.kill(pod);
    millrace.awaitSuccessor(pod);
    return "killed " + pod.getMetadata().getName();
  }

  private static String kill(Installation millrace, List<Pod> pods, SplittableRandom random) {
    Pod pod = pods.get(random.nextInt(pods.size()));
    millrace.kill(pod);
    return "killed " + pod.getMetadata().getName();
  }

  /** The reshard that is under way. */
  static Optional<Resharding> resharding(Installation millrace, String stream) {
    return Optional.ofNullable(millrace.stream(stream).getStatus().resharding())
        .filter(found -> found.phase() != ReshardPhase.GIVEN_UP);
  }

  /** The phase of the reshard, for people. */
  static String phase(Installation millrace, String stream) {
    return resharding(millrace, stream).map(found -> found.phase().toString()).orElse("none");
  }

  /** The pods of the shards that a reshard creates, or of those that it closes. */
  private static List<Pod> podsOf(Installation millrace, String stream, boolean children) {
    Optional<Resharding> reshard = resharding(millrace, stream);
    if (reshard.isEmpty()) {
      return List.of();
    }
    long generation = reshard.get().generation();
    Set<String> sets =
        millrace
            .kubernetes()
            .resources(Shard.class)
            .inNamespace(millrace.namespace())
            .withLabel(Api.STREAM_LABEL, stream)
            .list()
            .getItems()
            .stream()
            .filter(shard -> shard.getSpec().shardSet() != null)
            .filter(
                shard ->
                    children
                        ? bornIn(shard) == generation
                        : bornIn(shard) < generation && !isClosed(shard))
            .map(shard -> shard.getSpec().shardSet())
            .collect(Collectors.toSet());
    return millrace.shardPods(stream).stream()
        .filter(pod -> sets.contains(pod.getMetadata().getLabels().get(Api.SHARD_SET_LABEL)))
        .toList();
  }

  private static long bornIn(Shard shard) {
    Long generation = shard.getSpec().bornIn();
    return generation == null ? 1 : generation;
  }

  private static boolean isClosed(Shard shard) {
    ShardStatus status = shard.getStatus();
    return status != null && status.closedIn() != null;
  }
}
