// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import java.util.Comparator;

/**
 * A member of the group: a disk in a pod. Another disk in the same pod is another member.
 *
 * @param pod the number of the pod
 * @param disk which disk of the pod, from 0
 */
record MemberId(int pod, int disk) implements Comparable<MemberId> {
  private static final Comparator<MemberId> ORDER =
      Comparator.comparingInt(MemberId::pod).thenComparingInt(MemberId::disk);

  @Override
  public int compareTo(MemberId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "member-" + pod + "." + disk;
  }
}
