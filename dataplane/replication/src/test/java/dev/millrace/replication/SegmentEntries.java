// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A log segment as a test takes it apart: where its entries begin, and where the padding does. */
record SegmentEntries(int fileBytes, List<Integer> starts, int end) {

  /** Reads a good segment. */
  static SegmentEntries read(Path segment) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer in = ByteBuffer.wrap(bytes).position(8);
    List<Integer> starts = new ArrayList<>();
    int end = in.position();
    while (in.hasRemaining()) {
      int length = 0;
      int shift = 0;
      byte next;
      do {
        next = in.get();
        length |= (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
      if (length == 0) {
        break;
      }
      starts.add(end);
      end = in.position() + length + 4;
      in.position(end);
    }
    return new SegmentEntries(bytes.length, starts, end);
  }

  /** Where the last entry begins. */
  int lastStart() {
    return starts.getLast();
  }
}
