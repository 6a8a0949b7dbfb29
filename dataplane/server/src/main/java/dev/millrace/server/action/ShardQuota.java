package dev.millrace.server.action;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.server.routing.StreamLookup;

/**
 * How many open shards there may be: in the account, over its streams in provisioned mode, and in
 * one stream. Any thread may ask.
 *
 * <p>A call is checked against the streams as they are when it comes, so two at the same moment may
 * pass together. The limit keeps a slip of the keyboard from opening thousands of shards; it is no
 * fence.
 *
 * @param streams the streams there are
 * @param limit most open shards of the account, from 1
 * @see <a
 *     href="https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html">Quotas
 *     and limits</a>
 */
public record ShardQuota(StreamLookup streams, int limit) {

  /** Open shards of all streams in provisioned mode together. */
  int openShards() {
    return streams.catalogue().streams().values().stream()
        .map(CatalogueEntry::definition)
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
  <T> Checked<T> checkAccount(int more, T value) {
    int open = openShards();
    return more > 0 && more > limit - open
        ? Checked.bad(exceeded(open, more))
        : Checked.good(value);
  }

  /**
   * The value, unless one stream would have too many.
   *
   * @param member what asks for them, for the message
   */
  <T> Checked<T> checkStream(String member, int shards, T value) {
    return shards > ServiceLimits.SHARDS_PER_STREAM
        ? Checked.bad(
            KinesisError.limitExceeded(
                "%s %d exceeds the limit of %d shards for a stream."
                    .formatted(member, shards, ServiceLimits.SHARDS_PER_STREAM)))
        : Checked.good(value);
  }

  private KinesisError exceeded(int open, int more) {
    return KinesisError.limitExceeded(
        "This request would exceed the shard limit for the account %s in %s. Current shard count for the account: %d. Limit: %d. Number of additional shards that would have resulted from this request: %d. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits."
            .formatted(streams.account(), streams.region(), open, limit, more));
  }
}
