// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.audit.AuditRecord;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers never wait for the audit's output, and every line that is lost is counted in a line. */
class AuditLogTest {
  private static final byte[] MEBIBYTE =
      ("x".repeat((1 << 20) - 1) + "\n").getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] dropped(long count) {
    return AuditRecord.droppedLine(
        Instant.EPOCH, "us-east-1", "000000000000", "00000000-0000-4000-8000-000000000000", count);
  }

  /** Keeps what is written; a line may be held or fail. */
  private static final class TestingOutput implements AuditOutput {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public void write(byte[] line) throws IOException {
      started.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (failures.getAndDecrement() > 0) {
        throw new IOException("the disk is full");
      }
      bytes.write(line);
    }

    @Override
    public void close() {
      started.countDown();
    }
  }

  @Test
  void aFullQueueDropsLinesAndReportsHowMany() throws Exception {
    TestingOutput output = new TestingOutput();
    AuditLog log = new AuditLog(output, AuditLogTest::dropped);
    log.add(line("first"));
    output.started.await();
    int fit = AuditLog.QUEUE_BYTES / MEBIBYTE.length - 1;
    for (int i = 0; i < fit + 7; i++) {
      log.add(MEBIBYTE);
    }
    log.add(line("a short one"));
    output.released.countDown();
    log.close();
    List<String> written = output.bytes.toString(StandardCharsets.US_ASCII).lines().toList();
    assertThat(written).hasSize(fit + 3);
    assertThat(written.getFirst()).isEqualTo("first");
    JsonObject report = AuditRecordSchema.records(line(written.get(1))).getFirst();
    assertThat(report.getJsonObject("serviceEventDetails").getLong("droppedRecords")).isEqualTo(7);
    assertThat(written.getLast()).isEqualTo("a short one");
  }

  @Test
  void linesThatCannotBeWrittenAreCounted() throws Exception {
    TestingOutput output = new TestingOutput();
    output.released.countDown();
    output.failures.set(2);
    try (AuditLog log = new AuditLog(output, AuditLogTest::dropped)) {
      log.add(line("lost"));
      log.add(line("lost, too"));
      log.add(line("kept"));
    }
    assertThat(output.bytes.toString(StandardCharsets.US_ASCII))
        .isEqualTo("kept\n" + new String(dropped(2), StandardCharsets.US_ASCII));
  }

  @Test
  void aFileIsAppendedToAndCreatedAgainIfItWasMoved() throws Exception {
    Path file = folder.resolve("audit.json");
    Files.writeString(file, "before\n");
    try (AuditFile audit = new AuditFile(file)) {
      audit.write(line("1"));
      Files.move(file, folder.resolve("audit.json.1"));
      audit.write(line("2"));
      Files.delete(file);
      audit.write(line("3"));
      assertThat(file).hasContent("3\n");
    }
    assertThat(folder.resolve("audit.json.1")).hasContent("before\n1\n");
  }

  @Test
  void aStreamThatTakesNothingIsAFailure() throws Exception {
    PrintStream stream =
        new PrintStream(folder.resolve("closed").toFile(), StandardCharsets.US_ASCII);
    AuditOutput output = AuditOutput.shared(stream);
    output.write(line("taken"));
    stream.close();
    assertThatThrownBy(() -> output.write(line("lost"))).isInstanceOf(IOException.class);
    assertThat(folder.resolve("closed")).hasContent("taken\n");
  }
}
