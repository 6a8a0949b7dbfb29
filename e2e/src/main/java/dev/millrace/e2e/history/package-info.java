// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/** The log of a client's calls, which the history client writes and the history checker reads. */
@NullMarked
package dev.millrace.e2e.history;

import org.jspecify.annotations.NullMarked;
