// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;

/** The last check of a data operation: whether the request is a dry run. */
public final class DryRunCheck {
  private DryRunCheck() {}

  /** Returns DryRunOperationException when the request has {@code DryRun: true}. */
  public static <T> Checked<T> stop(Structure input, Member<Boolean> dryRun, T value) {
    return input.getOr(dryRun, false)
        ? Checked.bad(
            new KinesisError(
                KinesisError.Name.DRY_RUN_OPERATION,
                "The request would have succeeded, but DryRun is set."))
        : Checked.good(value);
  }
}
