// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

@NullMarked
package dev.millrace.operator.act;

import org.jspecify.annotations.NullMarked;
