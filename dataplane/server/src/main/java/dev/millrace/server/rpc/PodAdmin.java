package dev.millrace.server.rpc;

import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodReport;
import java.util.concurrent.CompletionStage;

/** What an operator asks of a shard pod. */
public interface PodAdmin {

  /** What the pod says of itself. Callable from any thread; never blocks. */
  PodReport report();

  /** Forms the pod's group; completes when it takes commands. Fails with {@link Refused}. */
  CompletionStage<Void> form(GroupFormation formation);

  /** Hosts what is assigned; completes when all of it is open. Fails with {@link Refused}. */
  CompletionStage<Void> assign(PodAssignment assignment);

  /** The pod does not do what was asked. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * A refusal.
     *
     * @param status HTTP's: 400 a document that makes no sense, 409 one that contradicts what is
     *     here, 503 not now
     */
    public Refused(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }
}
