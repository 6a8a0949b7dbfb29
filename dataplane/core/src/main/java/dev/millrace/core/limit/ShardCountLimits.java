// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

import java.util.Optional;

/**
 * What limits the calls of UpdateShardCount for one stream. Manifests are not limited.
 *
 * @param profile of the stream
 * @param calls successful calls in the last 24 hours
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html">UpdateShardCount</a>
 */
public record ShardCountLimits(LimitsProfile profile, int calls) {
  private static final int CALLS_IN_24_HOURS = 10;

  /**
   * Why a call is refused.
   *
   * @param open the number of open shards
   * @param target the number of open shards that is wanted
   * @return empty if it is not
   */
  public Optional<String> problem(int open, int target) {
    return switch (profile) {
      case NONE -> Optional.empty();
      case AWS -> problemForAws(open, target);
    };
  }

  private Optional<String> problemForAws(int open, int target) {
    if (target > 2L * open) {
      return outside("scale up over double", open, target);
    }
    if (2L * target < open) {
      return outside("scale down below half", open, target);
    }
    return target != open && calls >= CALLS_IN_24_HOURS
        ? Optional.of(
            "UpdateShardCount cannot scale a stream more than %d times in 24 hours."
                .formatted(CALLS_IN_24_HOURS))
        : Optional.empty();
  }

  private static Optional<String> outside(String how, int open, int target) {
    return Optional.of(
        "UpdateShardCount cannot %s your current open shard count. Current open shard count: %d Target shard count: %d"
            .formatted(how, open, target));
  }
}
