// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.limit;

/**
 * Bounds of the service that apply in every limits profile.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public final class ServiceLimits {
  /** Most bytes of data and partition keys in one PutRecords. */
  public static final int PUT_RECORDS_BYTES = 10 << 20;

  /** Most bytes of data and partition keys that one GetRecords returns, unless it is one record. */
  public static final int GET_RECORDS_BYTES = 10 << 20;

  /** Most records that one GetRecords returns. */
  public static final int GET_RECORDS_COUNT = 10_000;

  /** Most shards on a page of DescribeStream, and streams on a page of ListStreams. */
  public static final int DESCRIBE_PAGE = 100;

  /** Most shards on a page of ListShards. */
  public static final int LIST_SHARDS_PAGE = 1000;

  /** Most shards of one stream. */
  public static final int SHARDS_PER_STREAM = 10_000;

  /** Streams in on-demand mode that an account may have. */
  public static final int ON_DEMAND_STREAMS = 50;

  /** Shortest retention period, in hours. */
  public static final int RETENTION_HOURS_LEAST = 24;

  /** Longest retention period, in hours. */
  public static final int RETENTION_HOURS_MOST = 8760;

  /** Most warm throughput of a stream, in MiB/s. */
  public static final int WARM_THROUGHPUT_MIBPS = 10_240;

  /** Tags on one page, and the most that a resource has. */
  public static final int TAGS_PAGE = 50;

  /** Registered consumers of a stream. */
  public static final int CONSUMERS = 20;

  /** Registered consumers of an on-demand stream of an account with a commitment. */
  public static final int CONSUMERS_WITH_COMMITMENT = 50;

  private ServiceLimits() {}
}
