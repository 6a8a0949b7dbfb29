// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.report.PodReport;
import dev.millrace.operator.pods.PodAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A shard pod, or its member of one of several Raft groups.
 *
 * @param address its address
 * @param report its report, of a pod that of its member of the first group; empty if it did not
 *     answer
 * @param outdated its uid, if its StatefulSet asks for another pod by now
 * @param isGoing whether it is being deleted; it may answer still
 * @param others the reports of a pod's members of the groups after the first, in order
 */
public record ObservedPod(
    PodAddress address,
    Optional<PodReport> report,
    Optional<String> outdated,
    boolean isGoing,
    List<Optional<PodReport>> others) {

  public ObservedPod {
    others = List.copyOf(others);
  }

  /** The name of the pod. */
  public String name() {
    return address.name();
  }

  /**
   * Its member of a group.
   *
   * @param group from 0
   */
  public ObservedPod member(int group) {
    List<Optional<PodReport>> all = new ArrayList<>(List.of(report));
    all.addAll(others);
    return new ObservedPod(
        address.of(group),
        group < all.size() ? all.get(group) : Optional.empty(),
        outdated,
        isGoing,
        List.of());
  }

  /** The reports of all of its members that answered. */
  public Stream<PodReport> reports() {
    return Stream.concat(Stream.of(report), others.stream()).flatMap(Optional::stream);
  }
}
