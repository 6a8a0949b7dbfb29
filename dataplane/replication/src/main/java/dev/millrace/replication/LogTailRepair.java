package dev.millrace.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Cuts an entry that was half written when the machine stopped off the end of the open log segment,
 * before Ratis reads it and refuses to start. Such an entry was never acknowledged: its fsync had
 * not returned.
 *
 * <p>A segment is the 8 bytes {@code RaftLog1}, then entries of {@code varint length, entry,
 * CRC-32C of both}, then zeros. Only the first bad entry may be cut, and only if nothing that
 * follows it reads as an entry; anything else is damage in the middle, and a start on it would lose
 * records.
 *
 * @param folder the group's {@code current} folder
 * @param maxEntryBytes largest entry that can be there
 */
record LogTailRepair(Path folder, int maxEntryBytes) {
  private static final byte[] HEADER =
      "RaftLog1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final int CRC_BYTES = 4;

  /** Every entry begins with its term: field 1, a varint. Spares most of the checksums. */
  private static final byte TERM_TAG = 0x08;

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
      open = files.filter(f -> f.getFileName().toString().startsWith("log_inprogress_")).toList();
    }
    Optional<Cut> cut = Optional.empty();
    for (Path segment : open) {
      cut = repair(segment).or(() -> Optional.empty());
    }
    return cut;
  }

  private static Optional<Cut> repair(Path segment) throws IOException {
    try (FileChannel file =
        FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      if (bytes.remaining() < HEADER.length) {
        // Ratis drops a segment whose header was not finished.
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
        return Optional.empty();
      }
      refuseIfAnEntryFollows(segment, bytes, position, lastNonZero);
      file.truncate(position);
      file.force(true);
      return Optional.of(new Cut(segment, position, entries, lastNonZero + 1L - position));
    }
  }

  /** Where the valid entry at a position ends; 0 when there is none. */
  private static int entryEnd(ByteBuffer bytes, int position) {
    int length = 0;
    int at = position;
    for (int shift = 0; ; shift += 7) {
      if (at == bytes.limit() || shift > 28) {
        return 0;
      }
      byte next = bytes.get(at++);
      length |= (next & 0x7F) << shift;
      if (next >= 0) {
        break;
      }
    }
    if (length <= 0 || length > bytes.limit() - at - CRC_BYTES || bytes.get(at) != TERM_TAG) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(position, at + length - position));
    boolean valid = bytes.getInt(at + length) == (int) crc.getValue();
    return valid ? at + length + CRC_BYTES : 0;
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
      Path segment, ByteBuffer bytes, int torn, int lastNonZero) throws IOException {
    for (int at = torn + 1; at <= lastNonZero; at++) {
      if (bytes.get(at) != 0 && entryEnd(bytes, at) > 0) {
        throw new IOException(
            "%s is damaged at byte %d, and a whole entry follows at byte %d: cutting there would lose records; restore the data folder"
                .formatted(segment, torn, at));
      }
    }
  }
}
