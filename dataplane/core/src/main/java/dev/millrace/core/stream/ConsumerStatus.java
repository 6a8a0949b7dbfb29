// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** Where a consumer is in its life. */
public enum ConsumerStatus {
  CREATING,
  ACTIVE,
  DELETING
}
