// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

/** What a policy is attached to. It decides which elements its statements may have. */
public enum PolicyKind {
  /** Attached to a user; names no principal. */
  IDENTITY("identity-based"),
  /** Attached to a stream or a consumer; each statement names principals. */
  RESOURCE("resource-based");

  private final String text;

  PolicyKind(String text) {
    this.text = text;
  }

  /** As refusals call it: {@code identity-based} or {@code resource-based}. */
  public String text() {
    return text;
  }
}
