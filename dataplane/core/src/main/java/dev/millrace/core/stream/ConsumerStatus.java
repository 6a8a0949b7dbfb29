// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** The lifecycle state of a registered consumer. */
public enum ConsumerStatus {
  CREATING,
  ACTIVE,
  DELETING
}
