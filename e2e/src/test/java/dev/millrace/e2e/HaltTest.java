// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A process that can no longer store what it acknowledges halts at once and logs the reason. */
class HaltTest {
  private static final int MIB = 1 << 20;
  private static final int HALTED = 70;

  /** Far more than fits into the write buffers, so that the store has to write files. */
  private static final int PUTS = 400;

  @TempDir private Path data;

  @Test
  void aServerWhoseStoreIsDeletedEndsWithStatus70() throws IOException {
    byte[] bytes = new byte[MIB - 1];
    new Random(1).nextBytes(bytes);
    SdkBytes record = SdkBytes.fromByteArray(bytes);
    try (MillraceProcess server = MillraceProcess.in(data).start();
        KinesisClient client = Clients.withoutRetries(server.http())) {
      client.createStream(request -> request.streamName("s").shardCount(1));
      client.putRecord(request -> request.streamName("s").partitionKey("k").data(record));
      delete(data.resolve("store"));
      for (int i = 0; i < PUTS && server.isAlive(); i++) {
        try {
          client.putRecord(request -> request.streamName("s").partitionKey("k").data(record));
        } catch (SdkException rejectedOrGone) {
          // Either is fine: the test is about the end of the process.
        }
      }
      assertThat(server.awaitExit()).as(String.join("\n", server.output())).isEqualTo(HALTED);
      assertThat(server.output()).anyMatch(line -> line.contains("halt"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(HaltTest::deleteFile);
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (java.nio.file.DirectoryNotEmptyException e) {
      // The store created a file in the meantime; the others are deleted.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
