// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Kind and name of an object in the stream's namespace.
 *
 * @param kind Service, Secret, PersistentVolumeClaim, PodDisruptionBudget, StatefulSet or Shard
 * @param name its {@code metadata.name}
 */
public record ObjectKey(String kind, String name) {
  /** The kind of the headless Service and of the one with the Kinesis API. */
  public static final String SERVICE = "Service";

  /** The kind of a shard set. */
  public static final String STATEFUL_SET = "StatefulSet";

  /** The kind of a shard set's volume. */
  public static final String VOLUME_CLAIM = "PersistentVolumeClaim";

  /** The kind of what says how many replicas may be evicted at a time. */
  public static final String DISRUPTION_BUDGET = "PodDisruptionBudget";

  /** The kind of the replicas' certificates. */
  public static final String SECRET = "Secret";

  /** The kind of a shard's object. */
  public static final String SHARD = "Shard";

  /** A Raft group, which is no object; its name is that of a {@link GroupName}. */
  public static final String GROUP = "group";

  /** The key of an object. */
  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(object.getKind(), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
