// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Cuts an entry that was half written when the machine stopped off the end of the open log segment,
 * before Ratis reads it and refuses to start. Such an entry was never acknowledged: its fsync had
 * not returned. What stays is stored once more, since Ratis takes all that it reads for durable.
 *
 * <p>A segment is the 8 bytes {@code RaftLog1}, then entries of {@code varint length, entry,
 * CRC-32C of both}, then zeros. Only the first bad entry may be cut, and only if nothing that
 * follows it reads as an entry; anything else is damage in the middle, and a start on it would lose
 * records.
 *
 * @param folder the group's {@code current} folder
 */
record LogTailRepair(Path folder) {
  private static final String OPEN = "log_inprogress_";
  private static final byte[] HEADER = "RaftLog1".getBytes(US_ASCII);
  private static final int CRC_BYTES = 4;
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
   * @throws IOException when it cannot be read, or is damaged before its last entry
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
      throw new IOException("expected one open log segment, found " + open);
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
      int end = bytes.remaining() < HEADER.length ? 0 : entryEnd(bytes, HEADER.length);
      while (end > 0) {
        entries++;
        end = entryEnd(bytes, end);
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
      if (bytes.remaining() < HEADER.length
          || !bytes.slice(0, HEADER.length).equals(ByteBuffer.wrap(HEADER))) {
        // Ratis drops a segment whose header was not finished, and refuses any other.
        return Optional.empty();
      }
      int position = HEADER.length;
      int entries = 0;
      for (int next = entryEnd(bytes, position); next > 0; next = entryEnd(bytes, position)) {
        position = next;
        entries++;
      }
      int lastNonZero = lastNonZero(bytes, position);
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

  /** Where the valid entry at a position ends; 0 when there is none. */
  private static int entryEnd(ByteBuffer bytes, int position) {
    int end = claimedEnd(bytes.duplicate().position(position));
    if (end == 0) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(position, end - CRC_BYTES - position));
    return bytes.getInt(end - CRC_BYTES) == (int) crc.getValue() ? end : 0;
  }

  /** Where the entry here would end by its length, which is read; 0 when there can be none. */
  private static int claimedEnd(ByteBuffer in) {
    long length = varint(in);
    boolean fits = length > 0 && length <= in.remaining() - CRC_BYTES;
    return fits ? in.position() + (int) length + CRC_BYTES : 0;
  }

  /** Reads a varint; -1 when there is none. */
  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && in.hasRemaining(); shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }

  private static int lastNonZero(ByteBuffer bytes, int from) {
    for (int i = bytes.limit() - 1; i >= from; i--) {
      if (bytes.get(i) != 0) {
        return i;
      }
    }
    return -1;
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
      if (checked > CHECKED_BYTES || entryEnd(bytes, at) > 0) {
        throw new IOException(
            "%s is damaged at byte %d, and a whole entry %s at byte %d: cutting there would lose records; restore the data folder"
                .formatted(segment, torn, checked > CHECKED_BYTES ? "may follow" : "follows", at));
      }
    }
  }

  /** Spares nearly all checksums; never rejects what Ratis writes after the first entry. */
  private static int looksLikeAnEntry(ByteBuffer in, long leastIndex) {
    int end = claimedEnd(in);
    if (end == 0 || varint(in) != TERM_TAG || varint(in) < 1 || varint(in) != INDEX_TAG) {
      return 0;
    }
    long index = varint(in);
    if (index < leastIndex || index > leastIndex + in.limit()) {
      return 0;
    }
    boolean bodyFills =
        BODY_TAGS.contains(varint(in)) && varint(in) == end - CRC_BYTES - in.position();
    return bodyFills ? end : 0;
  }
}
