// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Settings of an account: its commitment to a minimum throughput. It has no billing effect; the
 * service's rules for such accounts apply.
 *
 * @param startedAt when the commitment began; empty if there never was one
 * @param endsAt when it ends or ended; empty if it has no end
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentOutput.html">MinimumThroughputBillingCommitmentOutput</a>
 */
public record AccountSettings(Optional<Instant> startedAt, Optional<Instant> endsAt) {
  /** Shortest duration of a commitment. */
  public static final Duration SHORTEST_COMMITMENT = Duration.ofHours(24);

  /** An account that never had a commitment. */
  public static final AccountSettings NONE =
      new AccountSettings(Optional.empty(), Optional.empty());

  /** The status of the commitment at a time. */
  public CommitmentStatus status(Instant now) {
    if (startedAt.isEmpty()) {
      return CommitmentStatus.DISABLED;
    }
    return endsAt
        .map(
            end ->
                end.isAfter(now)
                    ? CommitmentStatus.ENABLED_UNTIL_EARLIEST_ALLOWED_END
                    : CommitmentStatus.DISABLED)
        .orElse(CommitmentStatus.ENABLED);
  }

  /** Whether the account has a commitment at a time. */
  public boolean isCommitted(Instant now) {
    return status(now) != CommitmentStatus.DISABLED;
  }

  /** The earliest end of the current commitment. */
  public Optional<Instant> earliestAllowedEnd() {
    return startedAt.map(at -> at.plus(SHORTEST_COMMITMENT));
  }

  /** Begins a commitment, or continues one that was about to end. */
  public AccountSettings enabled(Instant now) {
    return switch (status(now)) {
      case ENABLED -> this;
      case ENABLED_UNTIL_EARLIEST_ALLOWED_END -> new AccountSettings(startedAt, Optional.empty());
      case DISABLED -> new AccountSettings(Optional.of(now), Optional.empty());
    };
  }

  /** Ends the current commitment at the earliest time that is allowed. */
  public AccountSettings disabled(Instant now) {
    if (status(now) != CommitmentStatus.ENABLED) {
      return this;
    }
    Instant earliest = earliestAllowedEnd().orElseThrow();
    return new AccountSettings(startedAt, Optional.of(earliest.isAfter(now) ? earliest : now));
  }
}
