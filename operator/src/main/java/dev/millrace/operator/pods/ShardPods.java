package dev.millrace.operator.pods;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import java.util.Optional;

/** The shard pods, as the operator speaks to them. Calls block for a bounded time; any thread. */
public interface ShardPods {

  /** What a pod says of itself; empty when it does not answer, or answers with something else. */
  Optional<PodReport> report(PodAddress pod);

  /** Forms the pod's group. */
  PodAnswer formGroup(PodAddress pod, GroupFormation formation);

  /** Tells the pod what to host. */
  PodAnswer assign(PodAddress pod, PodAssignment assignment);
}
