// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The members of a group. While one is replaced, a majority of those before and of those after is
 * needed (Raft dissertation, section 4.3).
 *
 * @param before the members until the change is completed
 * @param after the members afterwards; the same while nothing changes
 */
record MemberSet(SortedSet<MemberId> before, SortedSet<MemberId> after) {
  /** Of a disk that has not learned who the members are. */
  static final MemberSet UNKNOWN = of(Set.of());

  MemberSet {
    before = Collections.unmodifiableSortedSet(new TreeSet<>(before));
    after = Collections.unmodifiableSortedSet(new TreeSet<>(after));
  }

  static MemberSet of(Set<MemberId> members) {
    return new MemberSet(new TreeSet<>(members), new TreeSet<>(members));
  }

  boolean isChanging() {
    return !before.equals(after);
  }

  /** All members, those that leave included. */
  SortedSet<MemberId> all() {
    SortedSet<MemberId> all = new TreeSet<>(before);
    all.addAll(after);
    return all;
  }

  MemberSet replacing(MemberId lost, MemberId fresh) {
    SortedSet<MemberId> next = new TreeSet<>(after);
    next.remove(lost);
    next.add(fresh);
    return new MemberSet(after, next);
  }

  MemberSet changed() {
    return of(after);
  }

  boolean isMajority(Predicate<MemberId> agrees) {
    return isMajority(before, agrees) && isMajority(after, agrees);
  }

  private static boolean isMajority(Set<MemberId> members, Predicate<MemberId> agrees) {
    return 2 * members.stream().filter(agrees).count() > members.size();
  }
}
