// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Undoes what was not fsynced. The rules are those of POSIX, stricter than most file systems: an
 * fsync of a file covers its bytes and its size, and an fsync of a folder covers the names in it.
 */
public final class PowerCut {
  /** What reaches the disk without an fsync. */
  public enum Survivors {
    /** Nothing. */
    NONE,

    /**
     * The first changes of each file, up to somewhere in one, and the first changes of names: each
     * a number of chance.
     */
    SOME,

    /** All changes but the end of the last one of each file, and all changes of names. */
    ALL_BUT_THE_END,

    /**
     * Of what was written to each file, sectors of chance, whatever the order of the writes; names
     * and sizes as in {@link #SOME}.
     */
    SECTORS
  }

  /** What a disk writes whole or not at all, in bytes. */
  private static final int SECTOR = 512;

  /** What was undone: wholly or in part. */
  public record Loss(int writes, long bytes, int names) {}

  private final Path folder;
  private final Path side;
  private final Survivors survivors;
  private final SplittableRandom random;

  /** Folders that had been removed, by the inodes that they had. */
  private final Map<Long, Path> recreated = new HashMap<>();

  /**
   * Of one machine.
   *
   * @param folder of the process, which is down
   * @param side with the journal
   */
  PowerCut(Path folder, Path side, Survivors survivors, SplittableRandom random) {
    this.folder = folder;
    this.side = side;
    this.survivors = survivors;
    this.random = random;
  }

  Loss apply() throws IOException {
    List<DiskChange> changes = DiskChange.read(side.resolve("journal"));
    Map<Long, List<DiskChange>> files = new HashMap<>();
    for (DiskChange change : changes) {
      if (!change.kind.isOfNames()) {
        files.computeIfAbsent(change.inode, inode -> new ArrayList<>()).add(change);
      }
    }
    int writes = 0;
    long bytes = 0;
    Map<Long, Path> paths = paths();
    for (var file : files.entrySet()) {
      List<DiskChange> pending =
          file.getValue().stream().filter(change -> !change.isDurable()).toList();
      Path path = paths.get(file.getKey());
      if (!pending.isEmpty() && path != null) {
        writes += pending.size();
        bytes +=
            survivors == Survivors.SECTORS
                ? undoSectors(path, file.getValue(), pending)
                : undoWrites(path, file.getValue(), pending);
      }
    }
    List<DiskChange> names =
        changes.stream().filter(change -> change.kind.isOfNames() && !change.isDurable()).toList();
    int kept = survivors == Survivors.ALL_BUT_THE_END ? names.size() : firstOnes(names.size());
    for (DiskChange change : names.subList(kept, names.size()).reversed()) {
      undoName(change, paths());
    }
    return new Loss(writes, bytes, names.size() - kept);
  }

  /** How many of the first ones survive as a whole. */
  private int firstOnes(int of) {
    return switch (survivors) {
      case NONE -> 0;
      case SOME, SECTORS -> random.nextInt(of + 1);
      case ALL_BUT_THE_END -> of - 1;
    };
  }

  private long undoWrites(Path path, List<DiskChange> all, List<DiskChange> pending)
      throws IOException {
    int whole = firstOnes(pending.size());
    Set<DiskChange> survived = new HashSet<>(pending.subList(0, whole));
    Optional<DiskChange> torn =
        pending.subList(whole, pending.size()).stream()
            .findFirst()
            .filter(change -> change.kind == DiskChange.Kind.WRITE);
    long tornBytes =
        torn.isPresent() && survivors != Survivors.NONE
            ? random.nextLong(Math.max(1, torn.get().length))
            : 0;
    long size = all.getFirst().size;
    for (DiskChange change : all) {
      boolean stays = change.isDurable() || survived.contains(change);
      boolean isTorn = torn.isPresent() && torn.get() == change && tornBytes > 0;
      if (change.kind == DiskChange.Kind.RESIZE) {
        size = stays ? change.at : size;
      } else if (stays || isTorn) {
        size = Math.max(size, change.at + (stays ? change.length : tornBytes));
      }
    }
    long lost = 0;
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      // Bytes that a later change has stored for good.
      BitSet stored = new BitSet();
      for (DiskChange change : all.reversed()) {
        boolean cut = change.kind == DiskChange.Kind.RESIZE;
        long end = cut ? Math.max(change.at, change.size) : change.at + change.length;
        if (change.isDurable() || survived.contains(change)) {
          stored.set((int) change.at, (int) end);
        } else {
          long from = torn.isPresent() && torn.get() == change ? change.at + tornBytes : change.at;
          restore(file, change, from, Math.min(end, size), stored);
          lost += cut ? 0 : end - from;
          stored.set((int) change.at, (int) Math.max(from, change.at));
        }
      }
      resize(file, size);
    }
    return lost;
  }

  /** A sector has all that was written to it, or what the last fsync stored. */
  private long undoSectors(Path path, List<DiskChange> all, List<DiskChange> pending)
      throws IOException {
    BitSet written = new BitSet();
    for (DiskChange change : pending) {
      written.set((int) change.at / SECTOR, (endOf(change) + SECTOR - 1) / SECTOR);
    }
    BitSet lost = new BitSet();
    written.stream().filter(sector -> random.nextBoolean()).forEach(lost::set);
    // Sizes are of the file's inode, and change in their order.
    Set<DiskChange> sizes = new HashSet<>(pending.subList(0, firstOnes(pending.size())));
    long size = all.getFirst().size;
    for (DiskChange change : all) {
      if (change.isDurable() || sizes.contains(change)) {
        size =
            change.kind == DiskChange.Kind.RESIZE
                ? change.at
                : Math.max(size, change.at + change.length);
      }
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      BitSet stored = new BitSet();
      for (DiskChange change : all.reversed()) {
        if (change.isDurable()) {
          stored.set((int) change.at, endOf(change));
          continue;
        }
        for (int sector = lost.nextSetBit((int) change.at / SECTOR);
            sector >= 0 && sector * SECTOR < endOf(change);
            sector = lost.nextSetBit(sector + 1)) {
          restore(
              file,
              change,
              Math.max(change.at, (long) sector * SECTOR),
              Math.min(endOf(change), (sector + 1L) * SECTOR),
              stored);
        }
      }
      resize(file, size);
    }
    return (long) lost.cardinality() * SECTOR;
  }

  private static int endOf(DiskChange change) {
    return (int)
        (change.kind == DiskChange.Kind.RESIZE
            ? Math.max(change.at, change.size)
            : change.at + change.length);
  }

  private static void resize(FileChannel file, long size) throws IOException {
    file.truncate(size);
    if (file.size() < size) {
      file.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  private static void restore(
      FileChannel file, DiskChange change, long from, long to, BitSet stored) throws IOException {
    int next = stored.nextClearBit((int) from);
    while (next < to) {
      int end = stored.nextSetBit(next);
      int until = (int) (end < 0 ? to : Math.min(end, to));
      byte[] old = new byte[until - next];
      int offset = (int) (next - change.at);
      // What is not among the old bytes was beyond the end of the file.
      int known = Math.clamp(change.bytes.length - offset, 0, old.length);
      if (known > 0) {
        System.arraycopy(change.bytes, offset, old, 0, known);
      }
      file.write(ByteBuffer.wrap(old), next);
      next = stored.nextClearBit(until);
    }
  }

  private void undoName(DiskChange change, Map<Long, Path> paths) throws IOException {
    Path in = paths.get(change.inode);
    Path other = change.kind == DiskChange.Kind.RENAME ? paths.get(change.other) : in;
    if (in == null || other == null) {
      return;
    }
    Path name = in.resolve(change.name(0));
    switch (change.kind) {
      case CREATE -> delete(name);
      case REMOVE -> bringBack(change, name);
      case RENAME -> {
        Path to = other.resolve(change.name(1));
        // A kill may have come between the note and the change.
        if (Files.exists(to) && !Files.exists(name)) {
          Files.move(to, name);
          bringBack(change, to);
        }
      }
      case WRITE, RESIZE, SYNC, SYNC_FAILED -> throw new IllegalArgumentException(name.toString());
    }
  }

  /** With what is in it: names that nothing leads to are lost, fsynced or not. */
  private static void delete(Path name) throws IOException {
    if (Files.exists(name)) {
      try (Stream<Path> walk = Files.walk(name)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private void bringBack(DiskChange change, Path name) throws IOException {
    if (Files.exists(name)) {
      return;
    }
    if (!change.name(2).isEmpty()) {
      Files.createLink(name, side.resolve(change.name(2)));
    } else if (change.kind == DiskChange.Kind.REMOVE) {
      Files.createDirectory(name);
      recreated.put(change.other, name);
    }
  }

  private Map<Long, Path> paths() throws IOException {
    Map<Long, Path> paths = new HashMap<>(recreated);
    for (Path root : List.of(side, folder)) {
      try (Stream<Path> walk = Files.walk(root)) {
        for (Path path : walk.toList()) {
          paths.put((Long) Files.getAttribute(path, "unix:ino"), path);
        }
      }
    }
    return paths;
  }
}
