// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Changes of small files that are durable when they return. */
final class DurableFiles {
  private DurableFiles() {}

  /** Writes a file, whole or not at all. */
  static void write(Path file, ByteBuffer bytes) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    write(
        unfinished,
        bytes,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolderOf(file);
  }

  /** Adds to the end of a file, which is made if there is none. */
  static void append(Path file, ByteBuffer bytes) throws IOException {
    write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    forceFolderOf(file);
  }

  /** Deletes a file. */
  static void delete(Path file) throws IOException {
    Files.delete(file);
    forceFolderOf(file);
  }

  private static void write(Path file, ByteBuffer bytes, StandardOpenOption... how)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, how)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void forceFolderOf(Path file) throws IOException {
    forceFolder(Objects.requireNonNull(file.getParent()));
  }

  /** Makes the names in a folder durable. */
  static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
