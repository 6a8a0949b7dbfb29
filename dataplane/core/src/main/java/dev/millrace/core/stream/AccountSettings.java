// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is settled for a whole account: whether it has committed itself to a minimum of throughput.
 * Nobody is billed here; the rules that the service attaches to it are kept.
 *
 * @param startedAt when the commitment began; empty: there never was one
 * @param endsAt when it ends, or ended; empty: it has no end
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentOutput.html">MinimumThroughputBillingCommitmentOutput</a>
 */
public record AccountSettings(Optional<Instant> startedAt, Optional<Instant> endsAt) {
  /** How long a commitment lasts at least. */
  public static final Duration LEAST = Duration.ofHours(24);

  /** An account that never committed itself. */
  public static final AccountSettings NONE =
      new AccountSettings(Optional.empty(), Optional.empty());

  /** Whether there is a commitment at a time. */
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

  /** Whether the account has committed itself at a time. */
  public boolean isCommitted(Instant now) {
    return status(now) != CommitmentStatus.DISABLED;
  }

  /** The earliest end that the present commitment can have. */
  public Optional<Instant> earliestAllowedEnd() {
    return startedAt.map(at -> at.plus(LEAST));
  }

  /** With a commitment; one that is about to end goes on. */
  public AccountSettings enabled(Instant now) {
    return switch (status(now)) {
      case ENABLED -> this;
      case ENABLED_UNTIL_EARLIEST_ALLOWED_END -> new AccountSettings(startedAt, Optional.empty());
      case DISABLED -> new AccountSettings(Optional.of(now), Optional.empty());
    };
  }

  /** Without a commitment, as soon as the present one may end. */
  public AccountSettings disabled(Instant now) {
    if (status(now) != CommitmentStatus.ENABLED) {
      return this;
    }
    Instant earliest = earliestAllowedEnd().orElseThrow();
    return new AccountSettings(startedAt, Optional.of(earliest.isAfter(now) ? earliest : now));
  }
}
