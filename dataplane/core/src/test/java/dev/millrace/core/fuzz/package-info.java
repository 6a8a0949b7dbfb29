// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Fuzzing: {@link dev.millrace.core.fuzz.DecoderFuzz} is the base of the fuzz test of every decoder
 * in every module (docs/adr/0036-fuzzing.md).
 */
@NullMarked
package dev.millrace.core.fuzz;

import org.jspecify.annotations.NullMarked;
