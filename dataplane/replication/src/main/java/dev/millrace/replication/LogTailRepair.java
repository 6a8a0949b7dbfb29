// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts an entry that was half written when the machine stopped off the end of the open log segment,
 * before Ratis reads it and refuses to start. Such an entry was never acknowledged: its fsync had
 * not returned. What stays is stored once more, since Ratis takes all that it reads for durable.
 *
 * <p>Only the first bad entry may be cut, and only if nothing that follows it reads as an entry;
 * anything else is damage in the middle, and a start on it would lose records. What a power cut
 * leaves on most members of a group is always one bad entry and nothing behind it
 * (docs/adr/0031-a-damaged-log.md).
 *
 * @param folder the group's {@code current} folder
 */
record LogTailRepair(Path folder) {
  private static final String OPEN = "log_inprogress_";
  private static final int WRITE_BYTES = 1 << 20;

  /** An entry is {@code term, index, body}: a protobuf message with fields 1, 2 and one of 3..5. */
  private static final int TERM_TAG = 1 << 3;

  private static final int INDEX_TAG = 2 << 3;
  private static final Set<Long> BODY_TAGS = Set.of(3L << 3 | 2, 4L << 3 | 2, 5L << 3 | 2);

  /** Some seconds of checksums; a tail made to look like entries must not hold up the start. */
  private static final long CHECKED_BYTES = 4L << 30;

  /** What was cut. */
  record Cut(Path segment, long keptBytes, int keptEntries, long cutBytes) {
    @Override
    public String toString() {
      return "the last entry of %s was torn: kept %d entries (%d bytes), cut %d bytes"
          .formatted(segment.getFileName(), keptEntries, keptBytes, cutBytes);
    }
  }

  /**
   * Repairs the open segment if it needs it.
   *
   * @throws DamagedLogException when it is damaged before its last entry
   * @throws IOException when it cannot be read
   */
  Optional<Cut> run() throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    List<Path> open;
    try (var files = Files.list(folder)) {
      open = files.filter(f -> f.getFileName().toString().startsWith(OPEN)).toList();
    }
    if (open.size() > 1) {
      throw new DamagedLogException("expected one open log segment, found " + open);
    }
    return open.isEmpty() ? Optional.empty() : repair(open.getFirst());
  }

  /**
   * The index of the last entry of a log whose tail is good.
   *
   * @return -1 if it has none
   */
  long lastIndex() throws IOException {
    long last = -1;
    try (var segments = Files.newDirectoryStream(folder, "log_*")) {
      for (Path segment : segments) {
        String name = segment.getFileName().toString();
        last =
            Math.max(
                last,
                name.startsWith(OPEN)
                    ? startIndex(segment) + entries(segment) - 1
                    : Long.parseLong(name.substring(name.indexOf('-') + 1)));
      }
    }
    return last;
  }

  private static long startIndex(Path segment) {
    return Long.parseLong(segment.getFileName().toString().substring(OPEN.length()));
  }

  private static int entries(Path segment) throws IOException {
    try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ)) {
      ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      int entries = 0;
      int end =
          bytes.remaining() < SegmentFormat.HEADER_BYTES
              ? 0
              : SegmentFormat.entryEnd(bytes, SegmentFormat.HEADER_BYTES);
      while (end > 0) {
        entries++;
        end = SegmentFormat.entryEnd(bytes, end);
      }
      return entries;
    }
  }

  private static Optional<Cut> repair(Path segment) throws IOException {
    try (FileChannel file =
        FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (file.size() > Integer.MAX_VALUE) {
        throw new IOException(
            "%s has %d bytes, expected at most %d"
                .formatted(segment, file.size(), Integer.MAX_VALUE));
      }
      ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      if (!SegmentFormat.hasHeader(bytes)) {
        // Ratis drops a segment whose header was not finished, whatever follows it; it fsyncs the
        // header before the first entry.
        if (SegmentFormat.lastNonZero(bytes, 0) >= SegmentFormat.HEADER_BYTES) {
          throw new DamagedLogException(segment + " does not begin as a log segment does");
        }
        return Optional.empty();
      }
      int position = SegmentFormat.HEADER_BYTES;
      int entries = 0;
      for (int next = SegmentFormat.entryEnd(bytes, position);
          next > 0;
          next = SegmentFormat.entryEnd(bytes, position)) {
        position = next;
        entries++;
      }
      int lastNonZero = SegmentFormat.lastNonZero(bytes, position);
      if (lastNonZero < 0) {
        // A kill leaves whole entries whose fsync had not begun. Ratis takes them for durable, and
        // if its next entry begins another segment, never fsyncs this one.
        storeAgain(file, bytes, position);
        return Optional.empty();
      }
      refuseIfAnEntryFollows(
          segment, bytes, position, lastNonZero, startIndex(segment) + entries + 1);
      file.truncate(position);
      storeAgain(file, bytes, position);
      return Optional.of(new Cut(segment, position, entries, lastNonZero + 1L - position));
    }
  }

  /**
   * Makes what was read durable. An fsync alone proves nothing: if one has failed, which ended the
   * process before, Linux takes the pages for clean, and they are read without being on the disk.
   * So they are written again, the same bytes at the same places.
   */
  private static void storeAgain(FileChannel file, ByteBuffer bytes, int end) throws IOException {
    for (int at = 0; at < end; at += WRITE_BYTES) {
      byte[] part = new byte[Math.min(WRITE_BYTES, end - at)];
      bytes.get(at, part);
      ByteBuffer next = ByteBuffer.wrap(part);
      while (next.hasRemaining()) {
        file.write(next, (long) at + next.position());
      }
    }
    file.force(true);
  }

  private static void refuseIfAnEntryFollows(
      Path segment, ByteBuffer bytes, int torn, int lastNonZero, long leastIndex)
      throws IOException {
    long checked = 0;
    for (int at = torn + 1; at <= lastNonZero; at++) {
      int end = looksLikeAnEntry(bytes.duplicate().position(at), leastIndex);
      if (end == 0) {
        continue;
      }
      checked += end - at;
      if (checked > CHECKED_BYTES || SegmentFormat.entryEnd(bytes, at) > 0) {
        throw new DamagedLogException(
            "%s is damaged at byte %d, and a whole entry %s at byte %d: cutting there would lose records"
                .formatted(segment, torn, checked > CHECKED_BYTES ? "may follow" : "follows", at));
      }
    }
  }

  /** Spares nearly all checksums; never rejects what Ratis writes after the first entry. */
  private static int looksLikeAnEntry(ByteBuffer in, long leastIndex) {
    int end = SegmentFormat.claimedEnd(in);
    if (end == 0
        || SegmentFormat.varint(in) != TERM_TAG
        || SegmentFormat.varint(in) < 1
        || SegmentFormat.varint(in) != INDEX_TAG) {
      return 0;
    }
    long index = SegmentFormat.varint(in);
    if (index < leastIndex || index > leastIndex + in.limit()) {
      return 0;
    }
    boolean bodyFills =
        BODY_TAGS.contains(SegmentFormat.varint(in))
            && SegmentFormat.varint(in) == end - SegmentFormat.CRC_BYTES - in.position();
    return bodyFills ? end : 0;
  }
}
