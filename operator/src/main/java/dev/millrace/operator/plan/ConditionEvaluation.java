// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.ShardStatus.Phase;
import dev.millrace.operator.observe.ObservedShard;
import dev.millrace.operator.resource.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Derives the conditions of a stream from what a pass found.
 *
 * @param generation of the spec that was planned from
 * @param sets the shard sets of published shards
 * @param foreign names that belong to objects of other owners
 * @param failures what failed in the last pass
 * @param isSettled whether the pass found nothing to do for published shards
 * @param outdatedPods number of pods that are replaced one after the other
 * @param isResharding whether the set of shards is being changed
 * @param isComingUp whether its pods were never up under this object
 */
record ConditionEvaluation(
    long generation,
    List<EvaluatedShardSet> sets,
    List<ObjectKey> foreign,
    List<String> failures,
    boolean isSettled,
    int outdatedPods,
    boolean isResharding,
    boolean isComingUp) {
  /** Maximum number of losses in a message: all groups of a set, whose pods lose disks together. */
  private static final int MOST_LOSSES = 5;

  /** Maximum number of names in a message. */
  private static final int MOST_NAMES = 3;

  StreamConditions conditions() {
    return new StreamConditions(
        ready(), progressing(), degraded(), StreamConditions.NOT_RESHARDING);
  }

  /**
   * A stream is ready only if nothing is left to do, so the first pass over a new generation never
   * reports it as ready.
   */
  private ConditionState ready() {
    Optional<String> lost = lost();
    if (lost.isPresent()) {
      return ConditionState.no("DiskLost", lost.get());
    }
    if (!foreign.isEmpty()) {
      return ConditionState.no("WaitingForNames", foreignNames());
    }
    return isSettled && servingShards() == shards()
        ? ConditionState.yes("ShardsOpen", "%d shards are open".formatted(openShards()))
        : ConditionState.no("ShardsOpening", opening());
  }

  private ConditionState progressing() {
    if (!foreign.isEmpty()) {
      return ConditionState.yes("WaitingForNames", foreignNames());
    }
    if (isResharding) {
      return ConditionState.yes("Resharding", "the set of shards is being changed");
    }
    if (outdatedPods > 0 && isSettled) {
      return ConditionState.yes(
          "ReplacingPods",
          "%d pods are replaced, one of a shard set at a time".formatted(outdatedPods));
    }
    boolean isEverySetServingOrLost =
        sets.stream()
            .map(EvaluatedShardSet::state)
            .allMatch(state -> state.isServing() || state instanceof ShardSetState.Lost);
    return isSettled && isEverySetServingOrLost
        ? ConditionState.no(StreamConditions.AS_EXPECTED, "nothing is left to do")
        : ConditionState.yes("ShardsOpening", opening());
  }

  private ConditionState degraded() {
    Optional<String> lost = lost();
    if (lost.isPresent()) {
      return ConditionState.yes("DiskLost", lost.get());
    }
    List<String> full =
        sets.stream()
            .filter(
                evaluated -> evaluated.state().leadingReport().map(r -> !r.hasRoom()).orElse(false))
            // The groups of a pod are on one disk.
            .map(evaluated -> evaluated.set().name())
            .distinct()
            .toList();
    if (!full.isEmpty()) {
      return ConditionState.yes("DiskFull", "no room on the disks of " + listed(full));
    }
    List<String> away =
        sets.stream()
            .filter(
                evaluated ->
                    evaluated.set().wasOpen() && evaluated.state().leadingReport().isEmpty())
            .map(evaluated -> evaluated.set().id().toString())
            .toList();
    if (!away.isEmpty() && !isComingUp) {
      return ConditionState.yes(
          "ShardsUnavailable", "the shards of " + listed(away) + " are unavailable");
    }
    List<String> losses = sets.stream().flatMap(evaluated -> evaluated.losses().stream()).toList();
    if (!losses.isEmpty()) {
      return ConditionState.yes("ReplicasLost", listed(losses));
    }
    List<String> behind =
        sets.stream().flatMap(evaluated -> evaluated.behind().stream()).distinct().toList();
    if (!behind.isEmpty() && !isComingUp) {
      return ConditionState.yes(
          "ReplicasBehind", "the replicas in " + listed(behind) + " do not keep up");
    }
    return failures.isEmpty() || !isSettled
        ? StreamConditions.NOT_DEGRADED
        : ConditionState.yes("ActionsFailing", failures.getFirst());
  }

  private Optional<String> lost() {
    List<String> messages =
        sets.stream()
            .flatMap(evaluated -> evaluated.loss().map(loss -> loss + refusal(evaluated)).stream())
            .toList();
    String told = messages.stream().limit(MOST_LOSSES).collect(Collectors.joining(". "));
    if (messages.size() > MOST_LOSSES) {
      told += " (and " + (messages.size() - MOST_LOSSES) + " more like it)";
    }
    return messages.isEmpty() ? Optional.empty() : Optional.of(told);
  }

  /** Why a pod did not take what a person has accepted. */
  private String refusal(EvaluatedShardSet evaluated) {
    return evaluated.state() instanceof ShardSetState.Lost lost && lost.acceptance().isPresent()
        ? failures.stream().findFirst().map(why -> " (" + why + ")").orElse("")
        : "";
  }

  private String opening() {
    String progress =
        "%d of %d shards are open with the settings of generation %d"
            .formatted(servingShards(), shards(), generation);
    return Stream.concat(
            failures.stream(),
            sets.stream().flatMap(evaluated -> evaluated.state().explanation().stream()))
        .findFirst()
        .map(why -> progress + "; " + why)
        .orElse(progress);
  }

  private String foreignNames() {
    return "objects with other owners have the names that this stream needs: "
        + listed(foreign.stream().map(ObjectKey::toString).toList());
  }

  private static String listed(List<String> names) {
    String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return names.size() > MOST_NAMES
        ? first + " and " + (names.size() - MOST_NAMES) + " more"
        : first;
  }

  private int shards() {
    return sets.stream().mapToInt(evaluated -> evaluated.set().specs().size()).sum();
  }

  private int servingShards() {
    return sets.stream()
        .filter(evaluated -> evaluated.state().isServing())
        .flatMap(evaluated -> evaluated.set().shards().stream())
        .filter(shard -> shard.isOpen() || isDraining(shard))
        .mapToInt(shard -> 1)
        .sum();
  }

  private long openShards() {
    return sets.stream()
        .flatMap(evaluated -> evaluated.set().shards().stream())
        .filter(ObservedShard::isOpen)
        .count();
  }

  private static boolean isDraining(ObservedShard shard) {
    return shard.status().phase() == Phase.CLOSED || shard.status().phase() == Phase.EXPIRED;
  }
}
