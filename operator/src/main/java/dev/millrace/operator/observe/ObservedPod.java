package dev.millrace.operator.observe;

import dev.millrace.core.report.PodReport;
import dev.millrace.operator.pods.PodAddress;
import java.util.Optional;

/**
 * A shard pod.
 *
 * @param address where it is asked
 * @param report what it said; empty when it did not answer
 */
public record ObservedPod(PodAddress address, Optional<PodReport> report) {

  /** Its name. */
  public String name() {
    return address.name();
  }
}
