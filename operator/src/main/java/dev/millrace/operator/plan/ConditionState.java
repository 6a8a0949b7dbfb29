// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

/**
 * The state of a condition.
 *
 * @param holds whether the condition is true
 * @param reason one CamelCase word for programs
 * @param message one sentence for people
 */
public record ConditionState(boolean holds, String reason, String message) {
  static ConditionState yes(String reason, String message) {
    return new ConditionState(true, reason, message);
  }

  static ConditionState no(String reason, String message) {
    return new ConditionState(false, reason, message);
  }
}
