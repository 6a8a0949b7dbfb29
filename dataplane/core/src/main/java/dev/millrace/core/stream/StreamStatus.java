// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/** Where a stream is in its life. {@code UPDATING}: its shape is being changed. */
public enum StreamStatus {
  CREATING,
  ACTIVE,
  UPDATING,
  DELETING
}
