// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The example creates a working stream, and the commands in its README work as written. */
@ClusterTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstStreamTest {
  private static final Path EXAMPLE = Installation.REPOSITORY.resolve("examples/first-stream");
  private static final int RECORDS = 1000;

  @Test
  @Order(1)
  void aManifestBecomesAStreamAndAThousandRecordsComeBackInOrder(Installation millrace) {
    long start = System.nanoTime();
    millrace.kubectl("apply", "--filename", EXAMPLE.toString());
    millrace.awaitReady("orders");
    Figures.add(
        "first stream, from apply to Ready",
        Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0,
        "s");

    List<SentRecord> acknowledged =
        SentRecord.acknowledged(ClientJob.run(millrace, "put", "orders", String.valueOf(RECORDS)));
    List<SentRecord> read = SentRecord.read(ClientJob.run(millrace, "get", "orders"));

    assertThat(acknowledged).hasSize(RECORDS);
    SentRecord.assertExactly(acknowledged, read);
    assertThat(read.stream().map(SentRecord::shard).distinct()).hasSize(2);
    millrace.kubectl("delete", "--filename", EXAMPLE.toString());
  }

  /** The README creates the stream again: nothing of the deleted one may be in the way. */
  @Test
  @Order(2)
  void theCommandsInTheReadmeOfTheExampleWork(Installation millrace) throws IOException {
    ReadmeCommands readme = ReadmeCommands.of("first-stream");
    assertThat(readme.script()).contains("kubectl apply", "aws kinesis", "curl ", "kubectl delete");
    int port = freePort();
    String printed =
        readme
            .replacing("millrace-gateway 4567", "millrace-gateway " + port + ":4567")
            .replacing("127.0.0.1:4567", "127.0.0.1:" + port)
            .run(millrace);
    assertThat(printed)
        .contains(
            "\"PartitionKey\": \"blue\"", "\"SequenceNumber\":", "\"StreamStatus\":\"ACTIVE\"")
        .contains("orders")
        .doesNotContain("__type");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
