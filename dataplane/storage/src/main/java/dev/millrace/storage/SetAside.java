// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes another disk of a data folder whose member is given up: everything that was that member's
 * is moved to {@code set-aside/ID OF THE DISK}, where a person may look at it, and the folder is an
 * empty disk that has no id yet. Only the last one is kept, so that a volume does not fill.
 *
 * <p>The order to do so is a file, durable before anything is moved and gone after everything is:
 * whatever a crash interrupts, the next start completes before it reads anything else. So no start
 * finds the old id without the old log, or a new id beside it.
 *
 * @param folder the data folder
 */
record SetAside(Path folder) {
  private static final String ORDER = "given-up";
  private static final String FORMAT = "millrace given up 1";

  /** What the order becomes, beside what was moved; another name, since people move files back. */
  private static final String REASON = "reason.txt";

  private static final String STORE = "store";

  /** The log and what belongs to it: its identity, and orders for the next start. */
  private static final String LOG_FILES = "raft*";

  /**
   * Orders it. Durable when it returns; the process must not write to the folder any more.
   *
   * @param disk that is given up
   * @param why one line for people
   * @param names files in the data folder that are the member's, beside its log and its store
   */
  void order(UUID disk, String why, List<String> names) throws IOException {
    List<String> lines = new ArrayList<>(List.of(FORMAT, disk.toString(), why.replace('\n', ' ')));
    lines.addAll(names);
    DataFolder.writeDurably(
        folder.resolve(ORDER), (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Carries the order out, if there is one.
   *
   * @return one line for people about what was done; empty if nothing was ordered
   */
  Optional<String> carryOut() throws IOException {
    Path order = folder.resolve(ORDER);
    if (!Files.exists(order)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(order);
    if (lines.size() < 3 || !lines.getFirst().equals(FORMAT)) {
      throw new StorageException(
          "%s must hold '%s', a disk's id and a reason".formatted(order, FORMAT));
    }
    String disk = lines.get(1);
    Path aside = aside().resolve(disk);
    boolean replaces = deleteOthers(aside);
    Files.createDirectories(aside);
    force(aside());
    force(folder);
    for (String name : moved(lines.subList(3, lines.size()))) {
      move(name, aside);
    }
    force(aside);
    force(folder);
    Files.move(order, aside.resolve(REASON), StandardCopyOption.ATOMIC_MOVE);
    force(aside);
    force(folder);
    return Optional.of(
        "disk %s cannot go on as a member, since %s; what it held is in %s%s, and this is another disk from now on"
            .formatted(
                disk,
                lines.get(2),
                aside,
                replaces ? ", in place of what was set aside before" : ""));
  }

  /**
   * Deletes the stores that were set aside: others have what was in them, and their room is needed.
   * The logs stay.
   */
  void deleteStores() throws IOException {
    if (Files.exists(aside())) {
      try (DirectoryStream<Path> disks = Files.newDirectoryStream(aside())) {
        for (Path disk : disks) {
          delete(disk.resolve(STORE));
        }
      }
    }
  }

  private Path aside() {
    return folder.resolve("set-aside");
  }

  private List<String> moved(List<String> names) throws IOException {
    List<String> moved = new ArrayList<>(names);
    moved.add(STORE);
    moved.add(DataFolder.DISK);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, LOG_FILES)) {
      files.forEach(file -> moved.add(file.getFileName().toString()));
    }
    return moved;
  }

  /** What is in the data folder was not moved yet: what has its name aside is a person's copy. */
  private void move(String name, Path aside) throws IOException {
    if (Files.exists(folder.resolve(name))) {
      delete(aside.resolve(name));
      Files.move(folder.resolve(name), aside.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private boolean deleteOthers(Path aside) throws IOException {
    boolean deleted = false;
    if (Files.exists(aside())) {
      try (DirectoryStream<Path> disks = Files.newDirectoryStream(aside())) {
        for (Path disk : disks) {
          if (!disk.equals(aside)) {
            delete(disk);
            deleted = true;
          }
        }
      }
    }
    return deleted;
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }
}
