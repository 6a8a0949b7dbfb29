// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

/**
 * The ports of a pod that has a member of several Raft groups: each member has two of its own, for
 * the internal RPC and for Raft (docs/adr/0030-groups-of-a-set.md).
 */
public final class GroupPorts {
  private static final int PORTS_PER_GROUP = 2;

  private GroupPorts() {}

  /**
   * The port of a group's member.
   *
   * @param firstPort that of the first group's
   * @param group from 0
   */
  public static int of(int firstPort, int group) {
    return firstPort + PORTS_PER_GROUP * group;
  }
}
