package dev.millrace.server.action;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;

/** The last check of a data operation: whether it was only asked if it would succeed. */
final class DryRuns {
  private DryRuns() {}

  /** DryRunOperationException when the request has {@code DryRun: true}. */
  static <T> Checked<T> stop(Structure input, Member<Boolean> dryRun, T value) {
    return input.getOr(dryRun, false)
        ? Checked.bad(
            new KinesisError(
                KinesisError.Name.DRY_RUN_OPERATION,
                "The request would have succeeded, but DryRun is set."))
        : Checked.good(value);
  }
}
