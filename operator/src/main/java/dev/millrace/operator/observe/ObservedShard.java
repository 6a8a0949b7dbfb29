package dev.millrace.operator.observe;

import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;

/**
 * A Shard object of the stream.
 *
 * @param name its {@code metadata.name}
 * @param resourceVersion what a change of its status replaces
 * @param spec what it is
 * @param status where it is in its life; all null: it has none yet
 */
public record ObservedShard(
    String name, String resourceVersion, ShardSpec spec, ShardStatus status) {

  /** The status of a shard that has none. */
  public static final ShardStatus NO_STATUS = new ShardStatus(null, null, null, null, null, null);

  /** Whether it takes and gives records, as far as the gateways know. */
  public boolean isOpen() {
    return status.phase() == Phase.OPEN;
  }

  /**
   * Whether it ever took records: an address is published when it opens, and is never taken back.
   */
  public boolean wasOpen() {
    return isOpen() || status.phase() == Phase.UNAVAILABLE || status.address() != null;
  }
}
