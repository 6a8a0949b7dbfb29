// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * What kill -9 leaves: the files as they are at this moment, under a running group, padding
 * included. Copied while no segment is being rolled.
 */
final class HardStop {
  private HardStop() {}

  /** Copies a data folder, except for a file that is there for a moment only. */
  static Path copy(Path from, Path to) throws IOException {
    for (Path file : all(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      try {
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.getFileName().toString().equals("in_use.lock")) {
          Files.copy(file, target);
        }
      } catch (NoSuchFileException e) {
        if (!isUnfinished(file)) {
          throw e;
        }
      }
    }
    return to;
  }

  private static List<Path> all(Path from) throws IOException {
    List<Path> all = new ArrayList<>();
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            all.add(folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            all.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException && isUnfinished(file)) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return all;
  }

  private static boolean isUnfinished(Path file) {
    return file.getFileName().toString().endsWith(".tmp");
  }

  /** The open segment of a data folder. */
  static Path openSegment(Path dataFolder) throws IOException {
    return segments(dataFolder).stream()
        .filter(file -> file.getFileName().toString().startsWith("log_inprogress_"))
        .findAny()
        .orElseThrow();
  }

  /** All segments of a data folder. */
  static List<Path> segments(Path dataFolder) throws IOException {
    List<Path> segments = new ArrayList<>();
    try (var groups = Files.newDirectoryStream(dataFolder.resolve("raft"))) {
      for (Path group : groups) {
        try (var files = Files.newDirectoryStream(group.resolve("current"), "log_*")) {
          files.forEach(segments::add);
        }
      }
    }
    segments.sort(null);
    return segments;
  }
}
