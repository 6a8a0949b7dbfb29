// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder with everything that a process keeps: locked by one process at a time, marked with the
 * version of its layout.
 *
 * <p>Layout 1: {@code format} (the version, in decimal), {@code lock}, {@code raft/} (the log),
 * {@code store/} (RocksDB), {@code native/} (its library), {@code disk} (the disk's id), and beside
 * them what the roles keep (identity, keys). A process that has members of several Raft groups
 * keeps the first one there, and for each other one a whole data folder: {@code groups/1} and so
 * on.
 */
public final class DataFolder implements AutoCloseable {
  /** The newest layout that this build reads and the one it writes. */
  public static final int LAYOUT = 1;

  /** The file with the disk's id. */
  static final String DISK = "disk";

  private final Path path;
  private final FileChannel lockFile;
  private final Optional<String> setAside;

  private DataFolder(Path path, FileChannel lockFile, Optional<String> setAside) {
    this.path = path;
    this.lockFile = lockFile;
    this.setAside = setAside;
  }

  /**
   * Creates the folder or takes it over. If its disk was given up, it is another one now ({@link
   * #giveUp}).
   *
   * @throws StorageException with one clear line: it is in use, of a newer layout, not ours, or
   *     cannot be written
   */
  public static DataFolder open(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    FileChannel lockFile = null;
    try {
      Files.createDirectories(folder);
      lockFile =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(lockFile);
      if (lock == null) {
        throw new StorageException(
            "data folder " + folder + " is in use by another process: stop it or choose another");
      }
      checkFormat(folder);
      return new DataFolder(folder, lockFile, new SetAside(folder).carryOut());
    } catch (IOException e) {
      closeQuietly(lockFile, e);
      throw new StorageException("data folder " + folder + " cannot be used: " + e, e);
    } catch (StorageException e) {
      closeQuietly(lockFile, e);
      throw e;
    }
  }

  /**
   * Creates or takes over the folder of another group, inside of this one.
   *
   * @param group 1 for the second group of the process
   * @throws StorageException as {@link #open}
   */
  public DataFolder openGroup(int group) {
    Path folder = groups().resolve(String.valueOf(group));
    try {
      // A power cut must not take the folder with what was acknowledged in it.
      Files.createDirectories(folder);
      forceNames(groups());
      forceNames(path);
    } catch (IOException e) {
      throw new StorageException("data folder " + folder + " cannot be used: " + e, e);
    }
    return open(folder);
  }

  /** The numbers of the other groups that have a folder inside of this one. */
  public SortedSet<Integer> otherGroups() throws IOException {
    if (!Files.isDirectory(groups())) {
      return new TreeSet<>();
    }
    try (Stream<Path> entries = Files.list(groups())) {
      return entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> name.matches("[1-9][0-9]{0,8}"))
          .map(Integer::valueOf)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private Path groups() {
    return path.resolve("groups");
  }

  private static void forceNames(Path folder) throws IOException {
    try (FileChannel names = FileChannel.open(folder)) {
      names.force(true);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void closeQuietly(@Nullable FileChannel file, Exception cause) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void checkFormat(Path folder) throws IOException {
    Path format = folder.resolve("format");
    if (!Files.exists(format)) {
      try (var entries = Files.list(folder)) {
        Path stranger =
            entries
                .filter(e -> !e.endsWith("lock") && !e.endsWith("format.new"))
                .findAny()
                .orElse(null);
        if (stranger != null) {
          throw new StorageException(
              "data folder "
                  + folder
                  + " has no file 'format' but holds '"
                  + stranger.getFileName()
                  + "': it is not a data folder of this program; choose an empty one");
        }
      }
      writeDurably(format, (LAYOUT + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    String found = Files.readString(format).strip();
    if (!found.matches("[1-9][0-9]{0,8}")) {
      throw new StorageException(
          "data folder "
              + folder
              + ": file 'format' must hold the layout's version, found '"
              + found.substring(0, Math.min(40, found.length()))
              + "'");
    }
    if (Integer.parseInt(found) > LAYOUT) {
      throw new StorageException(
          "data folder "
              + folder
              + " has layout "
              + found
              + ", this build reads up to "
              + LAYOUT
              + ": start the newer build that wrote it");
    }
  }

  /**
   * Writes a file so that after a crash it is there whole or not at all: written beside, fsynced,
   * renamed, and the folder fsynced.
   */
  public static void writeDurably(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent())) {
      folder.force(true);
    }
  }

  /**
   * The disk's id. It is kept in the folder, so a folder that was emptied is another disk.
   *
   * @param newId makes the id of a disk that has none yet
   */
  public UUID disk(Supplier<UUID> newId) throws IOException {
    Path file = path.resolve(DISK);
    if (!Files.exists(file)) {
      writeDurably(file, (newId.get() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    String found = Files.readString(file).strip();
    try {
      return UUID.fromString(found);
    } catch (IllegalArgumentException e) {
      throw new StorageException(file + " must hold the disk's id, found '" + found + "'", e);
    }
  }

  /**
   * Orders that the folder becomes another, empty disk: the next {@link #open} moves its log, its
   * store and its id aside. Durable when it returns; whoever has the folder open must close it.
   *
   * @param why one line for people
   * @param names further files in the folder that belong to the disk that is given up
   */
  public void giveUp(UUID disk, String why, List<String> names) throws IOException {
    new SetAside(path).order(disk, why, names);
  }

  /** One line about what was set aside when the folder was opened; empty if nothing was. */
  public Optional<String> setAside() {
    return setAside;
  }

  /**
   * Deletes stores that were set aside and keeps the logs. Called when others are about to give all
   * of their rows to this disk.
   */
  public void deleteStoresSetAside() throws IOException {
    new SetAside(path).deleteStores();
  }

  /** The folder itself, absolute. */
  public Path path() {
    return path;
  }

  /** Where the Raft log lies. */
  public Path raft() {
    return path.resolve("raft");
  }

  /** Where RocksDB lies. */
  public Path store() {
    return path.resolve("store");
  }

  /** Bytes that may still be written on the folder's disk. */
  public long usableBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  /** Gives the folder up. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new StorageException("cannot release the lock of " + path, e);
    }
  }
}
