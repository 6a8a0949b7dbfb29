// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** Who decides a stream's capacity: its owner, or the service. */
public enum StreamMode {
  PROVISIONED,
  ON_DEMAND
}
