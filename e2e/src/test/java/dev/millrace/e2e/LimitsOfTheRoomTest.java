package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/** What does not fit is refused in one clear line or answer, and nothing else suffers. */
class LimitsOfTheRoomTest {
  private static final int MIB = 1 << 20;
  private static final String CLOSED = "closed";
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private MillraceProcess.Start data() {
    return MillraceProcess.in(folder.resolve("data"));
  }

  private static void put(KinesisClient client) {
    client.putRecord(
        r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromByteArray(new byte[1024])));
  }

  /** The reserve is set just below what is free; a file beside takes the disk below it. */
  @Test
  void aFullDiskRefusesWritesWithARetriableErrorReadsGoOnAndItRecovers() throws Exception {
    Path filler = folder.resolve("filler");
    long spareMib = 512;
    long freeMib = Files.getFileStore(folder).getUsableSpace() / MIB;
    try (MillraceProcess millrace =
            data().with("MILLRACE_DISK_RESERVE_MIB", String.valueOf(freeMib - spareMib)).start();
        KinesisClient client = Clients.withoutRetries(millrace.http())) {
      client.createStream(r -> r.streamName("s").shardCount(1));
      put(client);
      try (OutputStream out = Files.newOutputStream(filler)) {
        for (int i = 0; i < 2 * spareMib; i++) {
          out.write(new byte[MIB]);
        }
      }
      Eventually.holds("writes are refused", SOON, () -> isRefused(client));
      assertThatThrownBy(() -> put(client))
          .isInstanceOfSatisfying(
              KinesisException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
      assertThat(ShardReading.all(client, "s", "shardId-000000000000")).isNotEmpty();
      Files.delete(filler);
      Eventually.holds("writes are taken again", SOON, () -> !isRefused(client));
    }
  }

  private static boolean isRefused(KinesisClient client) {
    try {
      put(client);
      return false;
    } catch (KinesisException e) {
      return true;
    }
  }

  @Test
  void aDataFolderInUseIsRefusedAndItsUserGoesOn() throws Exception {
    try (MillraceProcess first = data().start();
        KinesisClient client = Clients.withoutRetries(first.http())) {
      client.createStream(r -> r.streamName("s").shardCount(1));
      MillraceProcess second = data().startInVain();
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(String.join("\n", second.output())).contains("is in use by another process");
      put(client);
    }
  }

  @Test
  void aFolderOfANewerBuildIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/format"), "2\n");
    MillraceProcess refused = data().startInVain();
    assertThat(refused.awaitExit()).isEqualTo(1);
    assertThat(String.join("\n", refused.output()))
        .contains("has layout 2, this build reads up to 1");
  }

  @Test
  void aPortInUseIsRefusedByItsNumber() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      MillraceProcess refused = data().with("MILLRACE_PORT", port).startInVain();
      assertThat(refused.awaitExit()).isEqualTo(1);
      assertThat(String.join("\n", refused.output()))
          .contains("cannot start: port " + port + " on 127.0.0.1")
          .contains("Address already in use");
    }
  }

  @Test
  void anUnknownSettingIsRefused() throws Exception {
    MillraceProcess refused = data().with("MILLRACE_PROT", "1").startInVain();
    assertThat(refused.awaitExit()).isEqualTo(2);
    assertThat(refused.output()).anyMatch(line -> line.contains("unknown setting MILLRACE_PROT"));
  }

  @Test
  void rubbishAndARequestOf100MegabytesLeaveTheServerWell() throws Exception {
    long seed = 20261121L;
    SplittableRandom random = new SplittableRandom(seed);
    try (MillraceProcess millrace = data().start();
        KinesisClient client = Clients.withoutRetries(millrace.http())) {
      client.createStream(r -> r.streamName("s").shardCount(1));
      put(client);
      for (int i = 0; i < 50; i++) {
        byte[] rubbish = new byte[random.nextInt(1, 4096)];
        random.nextBytes(rubbish);
        send(millrace, rubbish, 1);
      }
      long before = millrace.residentMib();
      byte[] head = head("PutRecords", 100_000_000);
      for (int i = 0; i < 5; i++) {
        assertThat(sendLarge(millrace, head)).isIn("HTTP/1.1 413", CLOSED);
      }
      assertThat(millrace.residentMib() - before).as("growth in MiB").isLessThan(200);
      put(client);
    }
  }

  private static byte[] head(String operation, int announcedBytes) {
    String head =
        """
        POST / HTTP/1.1
        Host: localhost
        Content-Type: application/x-amz-json-1.1
        X-Amz-Target: Kinesis_20131202.%s
        Content-Length: %d

        """
            .formatted(operation, announcedBytes);
    return head.replace("\n", "\r\n").getBytes(US_ASCII);
  }

  private static void send(MillraceProcess millrace, byte[] bytes, int times) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), millrace.kinesisPort())) {
      socket.setSoTimeout((int) SOON.toMillis());
      for (int i = 0; i < times; i++) {
        socket.getOutputStream().write(bytes);
      }
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      // Closed by the server before all was written: that is an answer too.
    }
  }

  /**
   * Sends until the server has had enough, and says what it answered. A client that does not look
   * while it sends may find the connection closed and the answer lost with it.
   */
  private static String sendLarge(MillraceProcess millrace, byte[] head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), millrace.kinesisPort())) {
      socket.setSoTimeout((int) SOON.toMillis());
      socket.getOutputStream().write(head);
      byte[] chunk = new byte[MIB];
      for (int i = 0; i < 95 && socket.getInputStream().available() == 0; i++) {
        socket.getOutputStream().write(chunk);
      }
      return new String(socket.getInputStream().readNBytes(12), US_ASCII);
    } catch (SocketException e) {
      return CLOSED;
    }
  }

  @Test
  void fiveThousandIdleConnectionsCostLittleAndOthersAreServed() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (MillraceProcess millrace = data().start();
        KinesisClient client = Clients.withoutRetries(millrace.http())) {
      client.createStream(r -> r.streamName("s").shardCount(1));
      put(client);
      long before = millrace.residentMib();
      for (int i = 0; i < 5000; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), millrace.kinesisPort());
        idle.add(socket);
        if (i % 2 == 0) {
          // Half of them promise a body and send nothing of it.
          socket.getOutputStream().write(head("PutRecords", 16_000_000));
        }
      }
      put(client);
      assertThat(millrace.residentMib() - before).as("growth in MiB").isLessThan(200);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }
}
