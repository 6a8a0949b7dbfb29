// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import java.util.Optional;

/**
 * The address of a pod, or of its member of one of several Raft groups.
 *
 * @param namespace its namespace
 * @param name its name
 * @param ip its IP address; empty until it has one
 * @param group of its shard set, from 0
 */
public record PodAddress(String namespace, String name, Optional<String> ip, int group) {

  /** The address of a pod, and of its member of the first group. */
  public PodAddress(String namespace, String name, Optional<String> ip) {
    this(namespace, name, ip, 0);
  }

  /** The address of the pod's member of another group. */
  public PodAddress of(int other) {
    return new PodAddress(namespace, name, ip, other);
  }

  /** The pod and, of the groups after the first, the group, for people. */
  public String member() {
    return group == 0 ? name : name + "/" + group;
  }
}
