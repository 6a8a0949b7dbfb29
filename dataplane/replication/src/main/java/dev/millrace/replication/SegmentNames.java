// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Makes the names of a group's files survive a power loss. Ratis 3.3.0 fsyncs what is in a segment,
 * but not the folder; where the file system does not order that by itself, a new segment could be
 * gone with entries that were acknowledged.
 *
 * <p>Serves the thread that starts the group, the log writer's, and the one that closes the group
 * when the log writer has ended.
 */
final class SegmentNames implements AutoCloseable {
  private final Path folder;
  private final Path dataFolder;
  private @Nullable Segment open;

  /**
   * The open segment when the folder was last fsynced. A follower that drops entries may delete it
   * and make another of the same name. The file is held open so that its inode, by which the two
   * differ, is not given to the other.
   */
  private record Segment(Path name, FileChannel held, @Nullable Object inode) {
    static Segment at(Path name) throws IOException {
      return new Segment(name, FileChannel.open(name, StandardOpenOption.READ), inodeOf(name));
    }

    boolean isThere() throws IOException {
      try {
        return inode != null && inode.equals(inodeOf(name));
      } catch (NoSuchFileException e) {
        return false;
      }
    }

    private static @Nullable Object inodeOf(Path name) throws IOException {
      return Files.readAttributes(name, BasicFileAttributes.class).fileKey();
    }
  }

  /**
   * The names in a folder.
   *
   * @param folder the group's {@code current} folder
   * @param dataFolder above it; what is above the data folder is not this process's own
   */
  SegmentNames(Path folder, Path dataFolder) {
    this.folder = folder;
    this.dataFolder = dataFolder;
  }

  /**
   * Fsyncs the folder and those above it. Called before the group takes part in anything: its
   * folders may be new, and after a kill the last vote may be seen here without being on the disk.
   */
  void forceFolders() throws IOException {
    Path next = folder;
    while (next != null && next.startsWith(dataFolder)) {
      force(next);
      next = next.getParent();
    }
  }

  /**
   * Fsyncs the folder if the open segment is another than at the last call; otherwise this costs
   * one look at a name.
   */
  synchronized void force() throws IOException {
    if (open != null && open.isThere()) {
      return;
    }
    close();
    force(folder);
    try (var names = Files.newDirectoryStream(folder, "log_inprogress_*")) {
      for (Path name : names) {
        close();
        open = Segment.at(name);
      }
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (open != null) {
      open.held().close();
      open = null;
    }
  }
}
