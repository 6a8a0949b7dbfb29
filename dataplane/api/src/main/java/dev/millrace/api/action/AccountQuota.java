// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamStatus;
import java.util.stream.Stream;

/**
 * Limits of the account: open shards of all streams in provisioned mode, shards of one stream,
 * streams in on-demand mode, and streams that are being created or deleted. Callable from any
 * thread.
 *
 * <p>A call is checked against the streams at that moment, so two concurrent calls may exceed a
 * limit together. The limits protect against a typing error that would open thousands of shards;
 * they are not exact.
 *
 * @param streams looks up streams
 * @param limit most open shards of the account, from 1
 * @param capacity most shards, open and closed, that can be stored; {@link Integer#MAX_VALUE} where
 *     that is not decided by one process
 * @param rated whether the service's call rates apply, with its limit on streams that are CREATING
 *     or DELETING at the same time
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public record AccountQuota(StreamLookup streams, int limit, int capacity, boolean rated) {
  private static final int CHANGING = 5;

  /** The number of open shards of all streams in provisioned mode. */
  public int openShards() {
    return definitions()
        .filter(stream -> stream.settings().mode() == StreamMode.PROVISIONED)
        .mapToInt(stream -> stream.openShards().size())
        .sum();
  }

  /**
   * Returns the value, unless the account would have too many open shards. A call that adds no
   * shards is accepted even if the limit was lowered below the current number.
   *
   * @param more shards that the call would add; 0 or negative if it adds none
   */
  public <T> Checked<T> checkAccount(int more, T value) {
    int open = openShards();
    return more > 0 && more > limit - open
        ? Checked.bad(exceeded(open, more))
        : Checked.good(value);
  }

  /**
   * Returns the value, unless the store could not hold the shards that a call adds. Closed shards
   * count too, until their last record is past retention.
   *
   * @param created shards that the call creates; those that it closes stay
   */
  public <T> Checked<T> checkCapacity(int created, T value) {
    long stored =
        definitions()
            .flatMap(stream -> stream.shards().stream())
            .filter(shard -> !shard.isVirtual())
            .count();
    return created > capacity - stored
        ? Checked.bad(
            KinesisError.limitExceeded(
                "This process can store at most %d shards, as follows from its limits on open files and memory. It stores %d, closed ones included; the request would add %d."
                    .formatted(capacity, stored, created)))
        : Checked.good(value);
  }

  /**
   * Returns the value, unless one stream would have too many shards.
   *
   * @param member the member of the request, for the error message
   */
  public <T> Checked<T> checkStream(String member, int shards, T value) {
    return shards > ServiceLimits.SHARDS_PER_STREAM
        ? Checked.bad(
            KinesisError.limitExceeded(
                "%s %d exceeds the limit of %d shards for a stream."
                    .formatted(member, shards, ServiceLimits.SHARDS_PER_STREAM)))
        : Checked.good(value);
  }

  /** The number of streams in on-demand mode. */
  public long onDemandStreams() {
    return definitions().filter(is -> is.settings().mode() == StreamMode.ON_DEMAND).count();
  }

  /** Returns the value, unless one more stream in on-demand mode would exceed the limit. */
  public <T> Checked<T> checkOnDemand(T value) {
    return onDemandStreams() >= ServiceLimits.ON_DEMAND_STREAMS
        ? Checked.bad(
            KinesisError.limitExceeded(
                "This request would exceed the limit of %d on-demand streams for the account %s in %s."
                    .formatted(
                        ServiceLimits.ON_DEMAND_STREAMS, streams.account(), streams.region())))
        : Checked.good(value);
  }

  /** Returns the value, unless too many streams are being created or deleted already. */
  public <T> Checked<T> checkChanging(T value) {
    long changing =
        definitions()
            .filter(
                is -> is.status() == StreamStatus.CREATING || is.status() == StreamStatus.DELETING)
            .count();
    return rated && changing >= CHANGING
        ? Checked.bad(
            KinesisError.limitExceeded(
                "This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or DELETING. Limit: %d"
                    .formatted(CHANGING)))
        : Checked.good(value);
  }

  private Stream<StreamDefinition> definitions() {
    return streams.catalogue().streams().values().stream().map(CatalogueEntry::definition);
  }

  private KinesisError exceeded(int open, int more) {
    return KinesisError.limitExceeded(
        "This request would exceed the shard limit for the account %s in %s. Current shard count for the account: %d. Limit: %d. Number of additional shards that would have resulted from this request: %d. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits."
            .formatted(streams.account(), streams.region(), open, limit, more));
  }
}
