// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.stream.DnsLabel;

/**
 * The names of a stream's objects in Kubernetes. They contain five digits of the stream's id, so
 * that a stream that is deleted and created again does not collide with leftovers of the old one.
 * The longest, a shard set's with five digits, has 50 characters: a StatefulSet may have 52.
 */
public record ResourceNames(StreamIdentity stream) {
  /** Port of the shard pods' internal RPC. */
  public static final int RPC_PORT = 4569;

  /** Port of the Kinesis API. */
  public static final int KINESIS_PORT = 4567;

  private static final String VOLUME_PREFIX = ShardStatefulSets.VOLUME + "-";
  private static final String POD_SUFFIX = "-0";
  private static final int MOST_NAME_CHARACTERS = 38;
  private static final int MOST_LABEL_CHARACTERS = 63;
  private static final int ID_DIGITS = 5;

  /** The common prefix of all names, and the name of the headless Service. */
  public String base() {
    return DnsLabel.of(stream.name(), MOST_NAME_CHARACTERS)
        + "-"
        + stream.streamId().toString().substring(0, ID_DIGITS);
  }

  /** The Service of the Kinesis API at the stream's pods. */
  public ObjectKey endpointKey() {
    return new ObjectKey(ObjectKey.SERVICE, label());
  }

  /** The URL of the Kinesis API at the stream's pods, in the cluster. */
  public String endpoint() {
    return "http://%s.%s.svc:%d".formatted(label(), stream.namespace(), KINESIS_PORT);
  }

  /** The value of the label that selects everything of the stream. */
  public String label() {
    return DnsLabel.of(stream.name(), MOST_LABEL_CHARACTERS).text();
  }

  /** The StatefulSet of a shard set. */
  public String shardSet(int number) {
    return base() + "-" + number;
  }

  /**
   * A Shard object.
   *
   * @param shardId {@code shardId-} and 12 digits
   */
  public String shard(String shardId) {
    return base() + "-" + shardId.substring(shardId.indexOf('-') + 1);
  }

  /** The pod of a shard set with one replica. */
  public static String pod(String shardSet) {
    return shardSet + POD_SUFFIX;
  }

  /** The volume claim of the pod of a shard set. */
  public static String volumeClaim(String shardSet) {
    return VOLUME_PREFIX + pod(shardSet);
  }

  /** The key of the volume claim of a shard set. */
  public static ObjectKey volumeClaimKey(String shardSet) {
    return new ObjectKey(ObjectKey.VOLUME_CLAIM, volumeClaim(shardSet));
  }

  /** The shard set of a volume claim. */
  public static String shardSetOf(ObjectKey volumeClaim) {
    String name = volumeClaim.name();
    return name.substring(VOLUME_PREFIX.length(), name.length() - POD_SUFFIX.length());
  }

  /** {@code host:port} of a pod's internal RPC, by its name. */
  public String hostname(String pod) {
    return pod + "." + base() + "." + stream.namespace() + ".svc:" + RPC_PORT;
  }
}
