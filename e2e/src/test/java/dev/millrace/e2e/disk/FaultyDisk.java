// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.disk;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The disk below one folder as one process finds it, and that process's wall clock. Commands act at
 * once, also on a process that runs.
 */
public final class FaultyDisk {
  // The fields of `struct control` in faulty_disk.c.
  private static final int WRITE_ERROR = 0;
  private static final int FSYNC_ERROR = 8;
  private static final int FSYNC_MILLIS = 16;
  private static final int NO_ROOM = 24;
  private static final int CLOCK_MILLIS = 32;
  private static final int HITS = 40;
  private static final int ONLY = 48;
  private static final int ONLY_BYTES = 64;

  private static final long EIO = 5;
  private static final long ENOSPC = 28;

  private final Path folder;
  private final Path side;
  private final MappedByteBuffer control;

  /**
   * A disk that works.
   *
   * @param folder which the process writes below; may not be there yet
   * @param side an own folder on the same file system, for what a power cut undoes
   */
  public FaultyDisk(Path folder, Path side) throws IOException {
    Files.createDirectories(side);
    this.side = side.toRealPath();
    Files.createDirectories(folder);
    this.folder = folder.toRealPath();
    try (FileChannel file =
        FileChannel.open(
            side.resolve("control"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      control = file.map(FileChannel.MapMode.READ_WRITE, 0, ONLY + ONLY_BYTES);
      control.order(ByteOrder.nativeOrder());
    }
  }

  /** What the process must be started with. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", FaultyDiskLibrary.here().file().toString(),
        "FAULTY_DISK_FOLDER", folder.toString(),
        "FAULTY_DISK_CONTROL", side.resolve("control").toString(),
        "FAULTY_DISK_JOURNAL", side.toString());
  }

  /** It works from now on, and the clock is right. */
  public void heal() {
    for (int at = 0; at < ONLY + ONLY_BYTES; at += Long.BYTES) {
      set(at, 0);
    }
  }

  /** It seems to have no room left. */
  public void seemFull() {
    set(NO_ROOM, 1);
  }

  /** It has no room left: what needs more fails, what overwrites does not. */
  public void fill() {
    set(NO_ROOM, 1);
    set(WRITE_ERROR, ENOSPC);
  }

  /**
   * Writes fail with an I/O error.
   *
   * @param only of files whose path contains this
   */
  public void failWrites(String only) {
    only(only);
    set(WRITE_ERROR, EIO);
  }

  /**
   * Each fsync fails with an I/O error, and what it should have stored is lost when the power goes.
   *
   * @param only of files whose path contains this
   */
  public void failFsyncs(String only) {
    only(only);
    set(FSYNC_ERROR, EIO);
  }

  /** Each fsync takes longer. */
  public void slowFsyncs(Duration by) {
    set(FSYNC_MILLIS, by.toMillis());
  }

  /** The wall clock of the process differs from the right one. */
  public void moveClock(Duration by) {
    set(CLOCK_MILLIS, by.toMillis());
  }

  /** How often the process has met a fault since the last {@link #heal}. */
  public long hits() {
    return control.getLong(HITS);
  }

  private void only(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
    control.put(ONLY, bytes).put(ONLY + bytes.length, (byte) 0);
  }

  private void set(int at, long value) {
    control.putLong(at, value);
  }

  /**
   * The power is cut, while the process is down: what was not fsynced is lost, or a part of it.
   *
   * @return what was lost
   */
  public PowerCut.Loss cutPower(PowerCut.Survivors survivors, SplittableRandom random)
      throws IOException {
    PowerCut.Loss loss = new PowerCut(folder, side, survivors, random).apply();
    forgetWrites();
    return loss;
  }

  /** Everything that was written is on the disk now, or the disk is another one. */
  public void forgetWrites() throws IOException {
    try (var files = Files.newDirectoryStream(side, path -> !path.endsWith("control"))) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
