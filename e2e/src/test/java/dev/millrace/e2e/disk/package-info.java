// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Disks that fail on command and power cuts, for processes that the tests start: a small C library
 * stands between a process and its files.
 */
@NullMarked
package dev.millrace.e2e.disk;

import org.jspecify.annotations.NullMarked;
