// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import dev.millrace.crds.Api;
import dev.millrace.operator.resource.GroupName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person has written into the annotation {@link Api#ACCEPT_LOSS} of a stream: from which
 * disk each of some shard sets goes on, or one of their groups after the first: {@code SET/1}.
 *
 * @param text the annotation; empty if there is none
 * @param disks by shard set; empty if the text is not of the right form
 */
record AcceptedLosses(Optional<String> text, Map<String, String> disks) {
  private static final Pattern ONE =
      Pattern.compile("(?<set>[a-z0-9.-]+(/[0-9])?): go on from disk (?<disk>[0-9a-z-]+)");
  private static final String SEPARATOR = "; ";

  AcceptedLosses {
    disks = Map.copyOf(disks);
  }

  /** Reads the annotation, if there is one. */
  static AcceptedLosses of(Optional<String> text) {
    Map<String, String> disks = new HashMap<>();
    for (String one : text.map(all -> all.split(SEPARATOR, -1)).orElse(new String[0])) {
      Matcher matcher = ONE.matcher(one);
      if (!matcher.matches() || disks.put(matcher.group("set"), matcher.group("disk")) != null) {
        return new AcceptedLosses(text, Map.of());
      }
    }
    return new AcceptedLosses(text, disks);
  }

  /** What a person writes to go on with a shard set from a disk. */
  static String text(GroupName set, String disk) {
    return "%s: go on from disk %s".formatted(set, disk);
  }

  /** From which disk a set goes on. */
  Optional<String> diskOf(GroupName set) {
    return Optional.ofNullable(disks.get(set.toString()));
  }

  /** Whether something else was written than what can be accepted. */
  boolean isMalformed() {
    return text.isPresent() && disks.isEmpty();
  }
}
