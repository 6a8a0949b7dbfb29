// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.crds.Api;
import dev.millrace.e2e.Eventually;
import dev.millrace.e2e.history.LoggedCall;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A stream with three replicas in three zones serves on when one of them goes, and keeps its
 * promises: the checker finds nothing in the history of clients that write and read meanwhile.
 */
@ClusterTest
@Tag("chaos")
class ReplicaFailureTest {
  private static final String STREAM = "replicated";

  /** Longer than elections and the step-down of a leader that hears nothing. */
  private static final Duration AWAY = Duration.ofSeconds(15);

  /** When something went wrong, as numbers of acknowledged puts. */
  private record Fault(String what, long from, long to) {}

  private final List<Fault> faults = new ArrayList<>();

  @Test
  void theServiceKeepsItsPromisesWhicheverReplicaGoes(Installation millrace) {
    millrace.apply(
        Manifests.stream(
            STREAM, "shardCount: 1", "replication: {replicas: 3}", "placement: {zones: Required}"));
    millrace.awaitReady(STREAM);
    assertThat(millrace.shardPods(STREAM))
        .extracting(pod -> pod.getSpec().getNodeName())
        .as("each node is a zone")
        .hasSize(3)
        .doesNotHaveDuplicates();
    HistoryRun clients = HistoryRun.start(millrace, STREAM);

    during("leader deleted by force", clients, () -> replaced(millrace, leader(millrace)));
    millrace.awaitAllInStep(STREAM);
    List<String> disks = millrace.onlyShard(STREAM).recordedDisks();
    during("disk of a follower lost", clients, () -> loseDisk(millrace, follower(millrace)));
    Eventually.holds(
        "another disk takes the place of the lost one",
        Installation.TIMEOUT,
        () ->
            millrace.onlyShard(STREAM).recordedDisks().stream().filter(disks::contains).count() == 2
                && millrace.onlyShard(STREAM).recordedDisks().size() == 3);
    millrace.awaitAllInStep(STREAM);
    if (Integer.getInteger("millrace.chaos.rounds", 0) > 0) {
      others(millrace, clients);
    }
    millrace.kubectl("rollout", "restart", "statefulset/" + set(millrace));
    during("all replaced in order", clients, () -> awaitReplaced(millrace));

    List<LoggedCall> calls = clients.finish("whichever replica goes");
    for (Fault fault : faults) {
      Figures.add(
          "longest time without an acknowledged put, " + fault.what(),
          HistoryRun.longestStall(calls, fault.from(), fault.to()).toMillis() / 1000.0,
          "s");
    }
    millrace.kubectl("delete", "kinesisstream", STREAM);
  }

  /** What {@code make e2e} leaves out, since it takes minutes. */
  private void others(Installation millrace, HistoryRun clients) {
    during(
        "leader stopped in order",
        clients,
        () -> millrace.kubectl("delete", "pod", leader(millrace).getMetadata().getName()));
    millrace.awaitAllInStep(STREAM);
    during("follower deleted by force", clients, () -> replaced(millrace, follower(millrace)));
    millrace.awaitAllInStep(STREAM);
    evictions(millrace, clients);
    if (Nodes.canFail()) {
      nodes(millrace, clients);
    }
    during(
        "all deleted by force", clients, () -> millrace.shardPods(STREAM).forEach(millrace::kill));
    millrace.awaitAllInStep(STREAM);
  }

  /** A budget of the pods has one of them evicted at a time, also by who drains a node. */
  private void evictions(Installation millrace, HistoryRun clients) {
    Pod first = leader(millrace);
    Pod second = follower(millrace);
    during(
        "leader evicted, and a follower as soon as that is allowed",
        clients,
        () -> {
          assertThat(evict(millrace, first)).isTrue();
          Eventually.holds(
              "a follower is evicted, too", Installation.TIMEOUT, () -> evict(millrace, second));
          assertThat(millrace.shardPods(STREAM))
              .as("whoever was evicted first is back")
              .anyMatch(
                  pod ->
                      pod.getMetadata().getName().equals(first.getMetadata().getName())
                          && !pod.getMetadata().getUid().equals(first.getMetadata().getUid())
                          && Readiness.isPodReady(pod));
        });
    millrace.awaitAllInStep(STREAM);
    String node = leader(millrace).getSpec().getNodeName();
    during(
        "node of the leader drained",
        clients,
        () ->
            millrace.kubectl(
                "drain",
                node,
                "--pod-selector=%s=%s".formatted(Api.STREAM_LABEL, STREAM),
                "--ignore-daemonsets",
                "--delete-emptydir-data",
                "--timeout=120s"));
    millrace.kubectl("uncordon", node);
    millrace.awaitAllInStep(STREAM);
  }

  /** The client asks again for a while when the budget says no. */
  private static boolean evict(Installation millrace, Pod pod) {
    return millrace
        .kubernetes()
        .pods()
        .inNamespace(millrace.namespace())
        .withName(pod.getMetadata().getName())
        .evict();
  }

  /** What else is on the node, a gateway perhaps, goes with it; the clients stay. */
  private void nodes(Installation millrace, HistoryRun clients) {
    String leaders = leader(millrace).getSpec().getNodeName();
    during(
        "node of the leader, and what else is there, cut off for 15 s",
        clients,
        () -> Nodes.cutOff(leaders, () -> Eventually.pass(AWAY)));
    millrace.awaitAllInStep(STREAM);
    String frozen = leader(millrace).getSpec().getNodeName();
    during(
        "node of the leader frozen for 15 s",
        clients,
        () -> Nodes.frozen(frozen, () -> Eventually.pass(AWAY)));
    millrace.awaitAllInStep(STREAM);
    String killed = nodeWithout(millrace, clients);
    during(
        "node without power for 15 s",
        clients,
        () -> Nodes.withoutPower(killed, () -> Eventually.pass(AWAY)));
    millrace.awaitAllInStep(STREAM);
    String wiped = nodeWithout(millrace, clients);
    during(
        "node without power, its disk emptied, and the claim of its volume deleted",
        clients,
        () -> {
          Nodes.withoutPower(wiped, () -> Nodes.wipe(wiped));
          loseDisk(millrace, on(millrace, wiped));
        });
    millrace.awaitAllInStep(STREAM);
  }

  private static Pod on(Installation millrace, String node) {
    return millrace.shardPods(STREAM).stream()
        .filter(pod -> node.equals(pod.getSpec().getNodeName()))
        .findFirst()
        .orElseThrow();
  }

  /** A node with a replica and without the clients, which would take their history with them. */
  private static String nodeWithout(Installation millrace, HistoryRun clients) {
    return millrace.shardPods(STREAM).stream()
        .map(pod -> pod.getSpec().getNodeName())
        .filter(node -> !node.equals(clients.node()))
        .findFirst()
        .orElseThrow();
  }

  private void during(String what, HistoryRun clients, Runnable fault) {
    long from = clients.acknowledged();
    fault.run();
    clients.awaitMoreAcknowledged();
    faults.add(new Fault(what, from, clients.acknowledged()));
  }

  /** Until the next pod is there, all that is told of the replicas may be of before. */
  private static void replaced(Installation millrace, Pod pod) {
    millrace.kill(pod);
    millrace.awaitSuccessor(pod);
  }

  /** As when its node does not come back, and somebody says so. */
  private static void loseDisk(Installation millrace, Pod pod) {
    millrace.kubectl(
        "delete", "persistentvolumeclaim", "data-" + pod.getMetadata().getName(), "--wait=false");
    millrace.kill(pod);
  }

  private static String set(Installation millrace) {
    return Objects.requireNonNull(
        millrace.shardPods(STREAM).getFirst().getMetadata().getLabels().get(Api.SHARD_SET_LABEL));
  }

  /** The operator replaces the pods of a changed StatefulSet, and nobody else does. */
  private static void awaitReplaced(Installation millrace) {
    Eventually.holds(
        "all pods of " + STREAM + " are of the new revision",
        Installation.TIMEOUT,
        () -> {
          StatefulSetStatus status =
              millrace
                  .kubernetes()
                  .apps()
                  .statefulSets()
                  .inNamespace(millrace.namespace())
                  .withName(set(millrace))
                  .require()
                  .getStatus();
          return Objects.equals(status.getUpdatedReplicas(), 3)
              && Objects.equals(status.getReadyReplicas(), 3);
        });
    millrace.awaitAllInStep(STREAM);
  }

  private static Pod leader(Installation millrace) {
    return pod(millrace, true);
  }

  private static Pod follower(Installation millrace) {
    return pod(millrace, false);
  }

  private static Pod pod(Installation millrace, boolean leads) {
    String leader = Objects.requireNonNull(millrace.onlyShard(STREAM).leader());
    return millrace.shardPods(STREAM).stream()
        .filter(pod -> pod.getMetadata().getName().equals(leader) == leads)
        .findFirst()
        .orElseThrow();
  }
}
