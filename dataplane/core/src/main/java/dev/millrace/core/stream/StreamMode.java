// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** How a stream's capacity is decided: by its owner, or by the service. */
public enum StreamMode {
  PROVISIONED,
  ON_DEMAND
}
