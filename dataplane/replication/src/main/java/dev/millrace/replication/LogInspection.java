// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Tells damage to what Ratis keeps from a call that failed: a start that Ratis refuses says which
 * of both only by the text of an exception.
 *
 * @param folder the group's {@code current} folder
 */
record LogInspection(Path folder) {
  private static final Pattern SEGMENT = Pattern.compile("log_(inprogress_)?(\\d+)(?:-(\\d+))?");

  /**
   * Looks at what is small: the vote, and the first bytes of each closed segment. Ratis 3.3.0 takes
   * a segment that begins with zeros for one without entries, and deletes it.
   *
   * @throws DamagedLogException when one of them is damaged
   */
  void beforeStart() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    inspectVote(folder.resolve("raft-meta"));
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(folder, "log_*-*")) {
      for (Path segment : segments) {
        if (!SegmentFormat.hasHeader(read(segment, SegmentFormat.HEADER_BYTES))) {
          throw new DamagedLogException(segment + " does not begin as a log segment does");
        }
      }
    }
  }

  private static void inspectVote(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    Properties vote = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      vote.load(in);
      Long.parseLong(vote.getProperty("term", ""));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new DamagedLogException("%s must hold a term: %s".formatted(file, e.getMessage()));
    }
    if (vote.getProperty("votedFor") == null) {
      throw new DamagedLogException(file + " must hold a vote");
    }
  }

  /**
   * Reads all of the log after a start has failed.
   *
   * @param failure of the start; gets what kept this from reading, if something did
   * @throws DamagedLogException when something is damaged
   */
  void explain(IOException failure) throws DamagedLogException {
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(folder, "log_*")) {
      for (Path segment : segments) {
        inspect(segment);
      }
    } catch (DamagedLogException e) {
      e.addSuppressed(failure);
      throw e;
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static void inspect(Path segment) throws IOException {
    Matcher name = SEGMENT.matcher(segment.getFileName().toString());
    if (!name.matches()) {
      return;
    }
    boolean isOpen = name.group(1) != null;
    ByteBuffer bytes = read(segment, Integer.MAX_VALUE);
    if (!SegmentFormat.hasHeader(bytes)) {
      if (isOpen && SegmentFormat.lastNonZero(bytes, 0) < SegmentFormat.HEADER_BYTES) {
        return;
      }
      throw new DamagedLogException(segment + " does not begin as a log segment does");
    }
    long first = Long.parseLong(name.group(2));
    int entries = 0;
    int position = SegmentFormat.HEADER_BYTES;
    for (int end = SegmentFormat.entryEnd(bytes, position);
        end > 0;
        end = SegmentFormat.entryEnd(bytes, position)) {
      if (!hasIndex(bytes, position, end, first + entries)) {
        throw damaged(segment, position);
      }
      entries++;
      position = end;
    }
    boolean isWhole = isOpen || first + entries == Long.parseLong(name.group(3)) + 1;
    if (!isWhole || SegmentFormat.lastNonZero(bytes, position) >= 0) {
      throw damaged(segment, position);
    }
  }

  private static boolean hasIndex(ByteBuffer bytes, int position, int end, long expected) {
    ByteBuffer entry = bytes.duplicate().position(position).limit(end - SegmentFormat.CRC_BYTES);
    SegmentFormat.varint(entry);
    try {
      return LogEntryProto.parseFrom(entry).getIndex() == expected;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static DamagedLogException damaged(Path segment, int position) {
    return new DamagedLogException("%s is damaged at byte %d".formatted(segment, position));
  }

  /** Not mapped: a read of a mapped file that fails is no exception that can be caught. */
  private static ByteBuffer read(Path file, int mostBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), mostBytes));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A read may return less than was asked for.
      }
      return bytes.flip();
    }
  }
}
