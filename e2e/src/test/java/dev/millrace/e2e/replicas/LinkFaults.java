// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong with the links of members, whose connections stay; puts go on. */
final class LinkFaults {
  /** Many elections long. */
  static final Duration LONG = Duration.ofSeconds(12);

  /** As between distant places. */
  private static final Duration DELAY = Duration.ofMillis(20);

  private static final Duration JITTER = Duration.ofMillis(10);

  private LinkFaults() {}

  /** What the members say and hear comes late for a while, and some of it is sent again. */
  static List<MemberProcess> lossy(
      ReplicaGroup group, List<MemberProcess> members, int percent, SplittableRandom random) {
    BadLink link = new BadLink(DELAY, JITTER, percent, random.split());
    for (MemberProcess member : members) {
      for (int other : group.links().reachedFrom(member.place())) {
        group.links().worsen(member.place(), other, link);
        group.links().worsen(other, member.place(), link);
      }
    }
    Eventually.pass(LONG);
    group.links().heal();
    assertThat(link.lost()).as("packets lost of %d", link.carried()).isPositive();
    System.out.printf("%s: %d of %d packets were lost%n", members, link.lost(), link.carried());
    return members;
  }
}
