// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/** The history checker: what a log of calls says about the promises of the service. */
@NullMarked
package dev.millrace.e2e.checker;

import org.jspecify.annotations.NullMarked;
