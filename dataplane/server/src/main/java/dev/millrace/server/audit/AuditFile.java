// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file to which lines are appended. One that was moved or deleted, such as by logrotate, is
 * created again before the next line. Lines are not forced to the disk one by one.
 */
final class AuditFile implements AuditOutput {
  private static final Set<StandardOpenOption> APPEND =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

  private final Path path;
  private FileChannel channel;
  private Optional<Object> key;
  private boolean lineIsCut;

  /**
   * Opens the file; its folder must exist.
   *
   * @throws IOException if it cannot be opened
   */
  AuditFile(Path path) throws IOException {
    this.path = path;
    this.channel = open(path);
    this.key = key(path);
  }

  /** A new file may be read by the group, not by others: it tells who uses which streams. */
  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path,
        APPEND,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
  }

  /** What identifies the file now at a path, if there is one. */
  private static Optional<Object> key(Path path) throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  @Override
  public void write(byte[] line) throws IOException {
    boolean isSameFile = key(path).equals(key);
    if (!isSameFile || !channel.isOpen()) {
      channel.close();
      channel = open(path);
      key = key(path);
      lineIsCut &= isSameFile;
    }
    if (lineIsCut) {
      append(new byte[] {'\n'});
    }
    lineIsCut = true;
    append(line);
    lineIsCut = false;
  }

  private void append(byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
