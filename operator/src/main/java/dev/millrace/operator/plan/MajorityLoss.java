// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.PodReport;
import dev.millrace.core.report.PodReport.LogEnd;
import dev.millrace.crds.Api;
import dev.millrace.operator.observe.ObservedPod;
import dev.millrace.operator.plan.FoundMember.LostMember;
import dev.millrace.operator.plan.FoundMember.MemberInPlace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A shard set that has lost the disks of a majority. Nothing happens by itself: what the lost ones
 * had acknowledged without those that are left may be gone. A person may accept that, and names the
 * disk that the set goes on from. That is carried out only if each other member is certainly gone,
 * since its pod came up with another disk, or is left too: one that gives no report may lead.
 *
 * @param found what is at the places of the members
 * @param consents what the person has accepted
 */
record MajorityLoss(
    ShardSet set, RecordedGroup known, List<FoundMember> found, AcceptedLosses consents) {

  /** What happened, and what a person can do about it. */
  String message() {
    String losses = lost().stream().map(LostMember::why).collect(Collectors.joining("; "));
    List<MemberInPlace> left = left();
    if (left.isEmpty()) {
      return losses;
    }
    return losses + "; " + answer().orElseGet(() -> offer(left));
  }

  /** What a person would write. */
  private String offer(List<MemberInPlace> left) {
    return "nothing is done by itself. If the volumes cannot be restored, this accepts the loss: annotation %s='%s'"
        .formatted(
            Api.ACCEPT_LOSS,
            left.stream()
                .sorted(Comparator.comparing(MajorityLoss::logEnd).reversed())
                .map(member -> AcceptedLosses.text(set.id(), member.report().disk()))
                .collect(Collectors.joining("' or, if that disk is unusable, '")));
  }

  private static LogEnd logEnd(MemberInPlace member) {
    return Optional.ofNullable(member.report().logEnd()).orElse(new LogEnd(0, 0));
  }

  /** What is done about what the person wrote, if that is about this set. */
  private Optional<String> answer() {
    if (consents.isMalformed()) {
      return Optional.of(
          "the annotation %s must be 'SET: go on from disk ID', several of them separated by '; ', found '%s'. %s"
              .formatted(Api.ACCEPT_LOSS, consents.text().orElseThrow(), offer(left())));
    }
    return consents
        .diskOf(set.id())
        .map(
            disk ->
                obstacle(disk)
                    .orElseGet(
                        () ->
                            "the loss is accepted, and the set goes on from disk %s"
                                .formatted(disk)));
  }

  /** Why the set does not go on from a disk now. */
  private Optional<String> obstacle(String disk) {
    Optional<MemberInPlace> named = named(disk);
    if (named.isEmpty()) {
      return Optional.of(
          "the set cannot go on from disk %s, which is not one that is left; %s"
              .formatted(disk, offer(left())));
    }
    Optional<String> leader =
        set.pods().values().stream()
            .filter(pod -> pod.report().filter(PodReport::leads).isPresent())
            .map(ObservedPod::name)
            .findFirst();
    if (leader.isPresent()) {
      return Optional.of(
          "the loss is accepted once pod %s does not lead any more".formatted(leader.get()));
    }
    Optional<String> silent = silent();
    if (silent.isPresent()) {
      return Optional.of(
          "the loss is accepted once pod %s gives a report: if its disk is gone too, delete its volume claim and the pod"
              .formatted(silent.get()));
    }
    return named.get().pod().isGoing()
        ? Optional.of(
            "the loss is accepted once pod %s was replaced".formatted(named.get().pod().name()))
        : Optional.empty();
  }

  private Optional<String> silent() {
    for (int ordinal = 0; ordinal < found.size(); ordinal++) {
      if (!known.isVacant(ordinal)
          && found.get(ordinal) instanceof FoundMember.SilentMember(String pod)) {
        return Optional.of(pod);
      }
    }
    return Optional.empty();
  }

  /** The order to go on, if a person has accepted the loss and nothing is in the way. */
  Optional<ReconcileAction.AcceptLoss> acceptance() {
    return consents
        .diskOf(set.id())
        .filter(disk -> obstacle(disk).isEmpty())
        .flatMap(this::named)
        .map(
            member ->
                new ReconcileAction.AcceptLoss(
                    member.pod().address(),
                    new AcceptedLoss(
                        known.group(),
                        member.report().disk(),
                        known.members(),
                        lost().stream().map(one -> known.disks().get(one.ordinal())).toList(),
                        consents.text().orElseThrow())));
  }

  private Optional<MemberInPlace> named(String disk) {
    return left().stream().filter(member -> member.report().disk().equals(disk)).findFirst();
  }

  private List<MemberInPlace> left() {
    List<MemberInPlace> left = new ArrayList<>();
    for (FoundMember member : found) {
      if (member instanceof MemberInPlace inPlace) {
        left.add(inPlace);
      }
    }
    return left;
  }

  /** Whether there is one. */
  boolean isThere() {
    return lost().size() > (known.members().size() - 1) / 2;
  }

  private List<LostMember> lost() {
    return found.stream()
        .filter(LostMember.class::isInstance)
        .map(LostMember.class::cast)
        .filter(member -> !known.isVacant(member.ordinal()))
        .toList();
  }
}
