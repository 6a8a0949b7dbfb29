// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One change of a file or a name that {@code faulty_disk.c} has noted. */
final class DiskChange {
  /** In the order of {@code enum kind}. */
  enum Kind {
    WRITE,
    RESIZE,
    CREATE,
    REMOVE,
    RENAME,
    SYNC,
    SYNC_FAILED;

    boolean isOfNames() {
      return this == CREATE || this == REMOVE || this == RENAME;
    }
  }

  private static final int HEADER_BYTES = 7 * Long.BYTES;

  final Kind kind;

  /** Of the file, or of the folder that has the name. */
  final long inode;

  /** Of a rename: of the folder that has the new name. Of a removal: of what was removed. */
  final long other;

  final long at;
  final long length;

  /** Of the file before. */
  final long size;

  /** What was there before; or names. */
  final byte[] bytes;

  private boolean durable;
  private boolean doomed;

  private DiskChange(ByteBuffer in) {
    kind = Kind.values()[(int) in.getLong() - 1];
    inode = in.getLong();
    other = in.getLong();
    at = in.getLong();
    length = in.getLong();
    size = in.getLong();
    bytes = new byte[(int) in.getLong()];
    in.get(bytes);
  }

  /** Whether it was fsynced. */
  boolean isDurable() {
    return durable;
  }

  /** One of the names: the old one, the new one, and that by which a removed file is kept. */
  String name(int which) {
    return new String(bytes, StandardCharsets.UTF_8).split("\0", -1)[which];
  }

  /** All changes, in their order, each with whether it is durable. */
  static List<DiskChange> read(Path journal) throws IOException {
    List<DiskChange> changes = new ArrayList<>();
    if (!Files.exists(journal)) {
      return changes;
    }
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(journal)).order(ByteOrder.nativeOrder());
    Map<Long, List<Pending>> pending = new HashMap<>();
    while (in.remaining() >= HEADER_BYTES) {
      long position = in.position();
      if (in.getLong(in.position() + HEADER_BYTES - Long.BYTES) > in.remaining() - HEADER_BYTES) {
        // A kill has cut the last record, whose change was not begun then.
        break;
      }
      DiskChange change = new DiskChange(in);
      switch (change.kind) {
        case SYNC, SYNC_FAILED -> settle(change, pending);
        case WRITE, RESIZE, CREATE, REMOVE, RENAME -> {
          changes.add(change);
          Pending added = new Pending(change, position);
          pending.computeIfAbsent(change.inode, key -> new ArrayList<>()).add(added);
          if (change.kind == Kind.RENAME && change.other != change.inode) {
            pending.computeIfAbsent(change.other, key -> new ArrayList<>()).add(added);
          }
        }
      }
    }
    return changes;
  }

  private record Pending(DiskChange change, long position) {}

  /** A failed fsync marks pages as clean: what it covered is not written by a later one either. */
  private static void settle(DiskChange sync, Map<Long, List<Pending>> all) {
    List<Pending> pending = all.getOrDefault(sync.inode, new ArrayList<>());
    for (Pending one : pending) {
      if (one.position() < sync.at) {
        if (sync.kind == Kind.SYNC_FAILED) {
          one.change().doomed = true;
        } else {
          one.change().durable = !one.change().doomed;
        }
      }
    }
    pending.removeIf(one -> one.position() < sync.at);
  }
}
