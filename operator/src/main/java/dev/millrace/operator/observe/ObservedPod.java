// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.report.PodReport;
import dev.millrace.operator.pods.PodAddress;
import java.util.Optional;

/**
 * A shard pod.
 *
 * @param address its address
 * @param report its report; empty if it did not answer
 * @param outdated its uid, if its StatefulSet asks for another pod by now
 * @param isGoing whether it is being deleted; it may answer still
 */
public record ObservedPod(
    PodAddress address, Optional<PodReport> report, Optional<String> outdated, boolean isGoing) {

  /** The name of the pod. */
  public String name() {
    return address.name();
  }
}
