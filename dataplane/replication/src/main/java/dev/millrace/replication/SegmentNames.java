// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes the names of a group's files survive a power loss. Ratis 3.3.0 fsyncs what is in a segment
 * and in the file with the vote, but not the folder; where the file system does not order that by
 * itself, a new segment could be gone with entries that were acknowledged.
 *
 * <p>Serves the log writer's thread.
 */
final class SegmentNames {
  private final Path folder;
  private @Nullable Path open;

  /** The names in a group's {@code current} folder. */
  SegmentNames(Path folder) {
    this.folder = folder;
  }

  /**
   * Fsyncs the folder if the open segment is another than at the last call; otherwise this costs
   * one look at a name.
   */
  void force() throws IOException {
    if (open != null && Files.exists(open)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
    try (var names = Files.newDirectoryStream(folder, "log_inprogress_*")) {
      for (Path name : names) {
        open = name;
      }
    }
  }
}
