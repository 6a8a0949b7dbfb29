// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/** The outcome of opening a writer's session. */
public sealed interface SessionOutcome extends Outcome
    permits Outcome.SessionOpened, Outcome.Sealed, Outcome.NoSuchShard {}
