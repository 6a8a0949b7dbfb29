// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/** The outcome of appending a batch of records. */
public sealed interface AppendOutcome extends Outcome
    permits Outcome.Appended, Outcome.Sealed, Outcome.NoSuchShard, Outcome.OutsideWindow {}
