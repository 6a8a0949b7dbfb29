// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

/**
 * The conditions of a stream.
 *
 * @param ready whether all shards are open with the settings of the observed generation
 * @param progressing whether something is still to be done or waited for
 * @param degraded whether shards are unavailable, or something needs attention
 * @param resharding whether the set of shards is being changed, and how far that is
 */
public record StreamConditions(
    ConditionState ready,
    ConditionState progressing,
    ConditionState degraded,
    ConditionState resharding) {
  /** The type of the condition that tells how far a reshard is. */
  public static final String RESHARDING = "Resharding";

  /** The reason of a condition that reports nothing unusual. */
  static final String AS_EXPECTED = "AsExpected";

  static final ConditionState NOT_DEGRADED = ConditionState.no(AS_EXPECTED, "nothing is wrong");

  static final ConditionState NOT_RESHARDING =
      ConditionState.no(AS_EXPECTED, "the stream has the shards that it should have");

  /** The same conditions with another one about the reshard. */
  StreamConditions resharding(ConditionState next) {
    return new StreamConditions(ready, progressing, degraded, next);
  }

  /** The shards of a stream are not open yet. */
  static StreamConditions opening(String message) {
    return new StreamConditions(
        ConditionState.no("ShardsOpening", message),
        ConditionState.yes("ShardsOpening", message),
        NOT_DEGRADED,
        NOT_RESHARDING);
  }

  /** There can be no such stream, and nothing is done for the object. */
  static StreamConditions rejected(String reason, String message) {
    return new StreamConditions(
        ConditionState.no(reason, message),
        ConditionState.no(reason, message),
        NOT_DEGRADED,
        NOT_RESHARDING);
  }

  /** The records are gone. */
  static StreamConditions lost(String reason, String message) {
    return new StreamConditions(
        ConditionState.no(reason, message),
        ConditionState.no(reason, message),
        ConditionState.yes(reason, message),
        NOT_RESHARDING);
  }
}
