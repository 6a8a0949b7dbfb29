// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.report.GroupPorts;
import dev.millrace.core.stream.DnsLabel;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The names of a stream's objects in Kubernetes. They contain five digits of the stream's id, so
 * that a stream that is deleted and created again does not collide with leftovers of the old one.
 * The longest, a shard set's with five digits, has 50 characters: a StatefulSet may have 52.
 */
public record ResourceNames(StreamIdentity stream) {
  /** Port of the shard pods' internal RPC. */
  public static final int RPC_PORT = 4569;

  /** Port at which the replicas of a shard set call each other. */
  public static final int RAFT_PORT = 4570;

  /** Port of the Kinesis API. */
  public static final int KINESIS_PORT = 4567;

  private static final String VOLUME_PREFIX = ShardStatefulSets.VOLUME + "-";
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

  /** The Secret with the certificate by which the stream's replicas know each other. */
  public ObjectKey raftSecretKey() {
    return new ObjectKey(ObjectKey.SECRET, base() + "-raft");
  }

  /** The Secret with the authority of these certificates, which no pod has. */
  public ObjectKey raftAuthorityKey() {
    return new ObjectKey(ObjectKey.SECRET, base() + "-raft-ca");
  }

  /** The Secret with the certificate of the stream's pods for internal calls. */
  public ObjectKey rpcSecretKey() {
    return new ObjectKey(ObjectKey.SECRET, base() + "-rpc");
  }

  /** What these certificates are good for: all pods of the stream. */
  public String podsHostname() {
    return hostname("*");
  }

  /**
   * A pod of a shard set.
   *
   * @param ordinal 0 for the first
   */
  public static String pod(String shardSet, int ordinal) {
    return shardSet + "-" + ordinal;
  }

  /** The pods of a shard set, in order. */
  public static List<String> pods(String shardSet, int replicas) {
    return IntStream.range(0, replicas).mapToObj(ordinal -> pod(shardSet, ordinal)).toList();
  }

  /** The volume claim of a pod. */
  public static String volumeClaim(String pod) {
    return VOLUME_PREFIX + pod;
  }

  /** The keys of the volume claims of a shard set. */
  public static List<ObjectKey> volumeClaimKeys(String shardSet, int replicas) {
    return pods(shardSet, replicas).stream()
        .map(pod -> new ObjectKey(ObjectKey.VOLUME_CLAIM, volumeClaim(pod)))
        .toList();
  }

  /** Whether a name is that of a volume claim of a shard set. */
  public static boolean isVolumeClaim(String name, String shardSet) {
    return name.startsWith(VOLUME_PREFIX) && shardSetOf(name).equals(VOLUME_PREFIX + shardSet);
  }

  /** The pod of a volume claim. */
  public static String podOf(ObjectKey volumeClaim) {
    return volumeClaim.name().substring(VOLUME_PREFIX.length());
  }

  /** The shard set of a pod. */
  public static String shardSetOf(String pod) {
    return pod.substring(0, pod.lastIndexOf('-'));
  }

  /**
   * {@code host:port} of the internal RPC of a pod's member of a group, by the pod's name.
   *
   * @param group of the set, from 0
   */
  public String rpcAddress(String pod, int group) {
    return hostname(pod) + ":" + GroupPorts.of(RPC_PORT, group);
  }

  /**
   * {@code host:port} where the other members of a group call that of a pod, by the pod's name.
   *
   * @param group of the set, from 0
   */
  public String raftAddress(String pod, int group) {
    return hostname(pod) + ":" + GroupPorts.of(RAFT_PORT, group);
  }

  private String hostname(String pod) {
    return pod + "." + base() + "." + stream.namespace() + ".svc";
  }
}
