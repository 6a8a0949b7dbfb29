// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

/**
 * The ports of a pod that has members of several Raft groups: each group is reached at ports of its
 * own, as if each of its members were a pod (docs/adr/0030-groups-of-a-set.md).
 */
public final class GroupPorts {
  /** Every other one, since the ports of the internal calls and of Raft are neighbours. */
  private static final int PORTS_PER_GROUP = 2;

  private GroupPorts() {}

  /**
   * The port of a group.
   *
   * @param firstPort the port of the first group
   * @param group 0 for the first
   */
  public static int of(int firstPort, int group) {
    return firstPort + PORTS_PER_GROUP * group;
  }

  /**
   * The address of a group.
   *
   * @param hostAndPort {@code HOST:PORT} of the first group; an IPv6 address in brackets
   * @param group 0 for the first
   * @throws IllegalArgumentException if the text does not end with a port
   */
  public static String of(String hostAndPort, int group) {
    int colon = hostAndPort.lastIndexOf(':');
    try {
      return hostAndPort.substring(0, colon + 1)
          + of(Integer.parseInt(hostAndPort.substring(colon + 1)), group);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "an address must be HOST:PORT, found '%s'".formatted(hostAndPort), e);
    }
  }
}
