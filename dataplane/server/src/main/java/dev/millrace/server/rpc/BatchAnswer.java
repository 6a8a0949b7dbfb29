// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.port.LogRefusedException;

/** What a pod answers about one batch of a request. */
sealed interface BatchAnswer {
  /** The shard's answer. */
  record Resolved(AppendOutcome outcome) implements BatchAnswer {}

  /** The batch was refused, or the pod does not know what became of it. */
  record Refused(LogRefusedException refusal) implements BatchAnswer {}
}
