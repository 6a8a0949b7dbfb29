// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finishes a purge of the log that a kill or a power cut interrupted. Ratis 3.3.0 deletes the
 * segments of a purge from the newest to the oldest, so one that is interrupted leaves a gap, and a
 * start on it is refused. What is before the gap was to be deleted too, if the store is durable up
 * to its end; otherwise entries are missing, and nothing is touched.
 *
 * @param folder the group's {@code current} folder
 * @param durableIndex up to which the store is durable
 */
record InterruptedPurge(Path folder, long durableIndex) {
  private static final Pattern SEGMENT =
      Pattern.compile("log_(?:inprogress_(?<open>\\d+)|(?<first>\\d+)-(?<last>\\d+))");

  /** A segment; the open one has no last index yet. */
  private record Segment(Path file, long first, OptionalLong last) {
    static Optional<Segment> of(Path file) {
      Matcher name = SEGMENT.matcher(file.getFileName().toString());
      if (!name.matches()) {
        return Optional.empty();
      }
      return Optional.of(
          name.group("open") != null
              ? new Segment(file, Long.parseLong(name.group("open")), OptionalLong.empty())
              : new Segment(
                  file,
                  Long.parseLong(name.group("first")),
                  OptionalLong.of(Long.parseLong(name.group("last")))));
    }
  }

  /**
   * Deletes what is before the last gap.
   *
   * @return what was deleted, for the log; empty if there is no gap
   * @throws DamagedLogException if entries are missing that the store does not have
   * @throws IOException if a file cannot be deleted
   */
  Optional<String> run() throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    List<Segment> segments = segments();
    if (!segments.isEmpty() && segments.getFirst().first() > durableIndex + 1) {
      throw missing(durableIndex + 1, segments.getFirst().first() - 1);
    }
    List<Segment> before = new ArrayList<>();
    for (int i = 1; i < segments.size(); i++) {
      Segment next = segments.get(i);
      OptionalLong last = segments.get(i - 1).last();
      if (last.isPresent() && last.getAsLong() + 1 < next.first()) {
        if (next.first() - 1 > durableIndex) {
          throw missing(last.getAsLong() + 1, next.first() - 1);
        }
        before = segments.subList(0, i);
      }
    }
    if (before.isEmpty()) {
      return Optional.empty();
    }
    for (Segment segment : before) {
      Files.delete(segment.file());
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
    return Optional.of(
        "finished an interrupted purge up to entry %d: %d segments deleted"
            .formatted(before.getLast().last().orElseThrow(), before.size()));
  }

  private DamagedLogException missing(long from, long to) {
    return new DamagedLogException(
        "the Raft log in %s lacks the entries %d to %d, and the store is durable up to %d only (or a follower was killed while it dropped entries of a deposed leader)"
            .formatted(folder, from, to, durableIndex));
  }

  private List<Segment> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .flatMap(file -> Segment.of(file).stream())
          .sorted(Comparator.comparingLong(Segment::first))
          .toList();
    }
  }
}
