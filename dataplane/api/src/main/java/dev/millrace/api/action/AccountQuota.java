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
 * How many there may be: open shards in the account, over its streams in provisioned mode, and in
 * one stream; streams in on-demand mode; streams that are being made or deleted. Any thread may
 * ask.
 *
 * <p>A call is checked against the streams as they are when it comes, so two at the same moment may
 * pass together. The limit keeps a slip of the keyboard from opening thousands of shards; it is no
 * fence.
 *
 * @param streams the streams there are
 * @param limit most open shards of the account, from 1
 * @param capacity most shards, open and closed, that can be stored; {@link Integer#MAX_VALUE} where
 *     that is not decided by one process
 * @param rated whether calls come only as fast as the service takes them: then so many streams are
 *     CREATING or DELETING at a time, and no more
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public record AccountQuota(StreamLookup streams, int limit, int capacity, boolean rated) {
  private static final int CHANGING = 5;

  /** Open shards of all streams in provisioned mode together. */
  public int openShards() {
    return definitions()
        .filter(stream -> stream.settings().mode() == StreamMode.PROVISIONED)
        .mapToInt(stream -> stream.openShards().size())
        .sum();
  }

  /**
   * The value, unless the account would have too many open shards. Who asks for no more than there
   * are is let through, also where the limit was lowered since.
   *
   * @param more shards that a call would add; below 1 if it removes some
   */
  public <T> Checked<T> checkAccount(int more, T value) {
    int open = openShards();
    return more > 0 && more > limit - open
        ? Checked.bad(exceeded(open, more))
        : Checked.good(value);
  }

  /**
   * The value, unless the store could not hold the shards that a call adds. Closed shards count
   * too, until their last record is past retention.
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
   * The value, unless one stream would have too many.
   *
   * @param member what asks for them, for the message
   */
  public <T> Checked<T> checkStream(String member, int shards, T value) {
    return shards > ServiceLimits.SHARDS_PER_STREAM
        ? Checked.bad(
            KinesisError.limitExceeded(
                "%s %d exceeds the limit of %d shards for a stream."
                    .formatted(member, shards, ServiceLimits.SHARDS_PER_STREAM)))
        : Checked.good(value);
  }

  /** Streams in on-demand mode. */
  public long onDemandStreams() {
    return definitions().filter(is -> is.settings().mode() == StreamMode.ON_DEMAND).count();
  }

  /** The value, unless one more stream in on-demand mode would be too many. */
  public <T> Checked<T> checkOnDemand(T value) {
    return onDemandStreams() >= ServiceLimits.ON_DEMAND_STREAMS
        ? Checked.bad(
            KinesisError.limitExceeded(
                "This request would exceed the limit of %d on-demand streams for the account %s in %s."
                    .formatted(
                        ServiceLimits.ON_DEMAND_STREAMS, streams.account(), streams.region())))
        : Checked.good(value);
  }

  /** The value, unless too many streams are being made or deleted already. */
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
