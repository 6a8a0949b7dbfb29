// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * A server that reaches a limit of its machine or its settings reports it, by one line or a typed
 * error, keeps running, and recovers once the limit is no longer reached.
 */
class ResourceLimitsTest {
  private static final int MIB = 1 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Set<String> SERVED =
      Set.of(
          "AddTagsToStream",
          "CreateStream",
          "DecreaseStreamRetentionPeriod",
          "DeleteResourcePolicy",
          "DeleteStream",
          "DeregisterStreamConsumer",
          "DescribeAccountSettings",
          "DescribeLimits",
          "DescribeStream",
          "DescribeStreamConsumer",
          "DescribeStreamSummary",
          "DisableEnhancedMonitoring",
          "EnableEnhancedMonitoring",
          "GetRecords",
          "GetResourcePolicy",
          "GetShardIterator",
          "IncreaseStreamRetentionPeriod",
          "ListShards",
          "ListStreamConsumers",
          "ListStreams",
          "ListTagsForResource",
          "ListTagsForStream",
          "MergeShards",
          "PutRecord",
          "PutRecords",
          "PutResourcePolicy",
          "RegisterStreamConsumer",
          "RemoveTagsFromStream",
          "SplitShard",
          "StartStreamEncryption",
          "StopStreamEncryption",
          "SubscribeToShard",
          "TagResource",
          "UntagResource",
          "UpdateAccountSettings",
          "UpdateMaxRecordSize",
          "UpdateShardCount",
          "UpdateStreamMode",
          "UpdateStreamRecordDistributionStrategy",
          "UpdateStreamWarmThroughput");

  /** Random, since the store would compress zeros once the log no longer holds them. */
  private static final SdkBytes INCOMPRESSIBLE = incompressible(MIB - 1);

  @TempDir private Path folder;

  // ---- the disk

  @Test
  void onAFullDiskWritesFailRetriablyReadsSucceedAndWritesRecoverByThemselves() throws IOException {
    Path disk = folderWithSpace();
    int healthPort = MillraceProcess.freePort();
    try {
      Path ballast = disk.resolve("ballast");
      Path more = disk.resolve("more");
      allocate(ballast, 300);
      long reserve = Files.getFileStore(disk).getUsableSpace() / MIB - 150;
      try (MillraceProcess server =
              MillraceProcess.in(disk.resolve("data"))
                  .with("MILLRACE_DISK_RESERVE_MIB", String.valueOf(reserve))
                  .with("MILLRACE_HEALTH_PORT", String.valueOf(healthPort))
                  .start();
          KinesisClient client = Clients.withoutRetries(server.http());
          RawKinesis health =
              new RawKinesis(server.http().resolve("http://127.0.0.1:" + healthPort))) {
        client.createStream(request -> request.streamName("full").shardCount(1));
        assertThat(health.get("/health/ready").status()).isEqualTo(200);
        List<String> acknowledged = new ArrayList<>();
        KinesisException refusal = putUntilRefused(client, acknowledged, 400);
        // The log purged after a snapshot must not free enough space to end the condition under
        // test.
        allocate(more, 200);
        Eventually.holds("not ready", TIMEOUT, () -> health.get("/health/ready").status() == 503);
        assertThat(refusal.statusCode()).isEqualTo(503);
        assertOrdinaryClientsRetry(server);
        assertThat(refusal.getMessage()).contains("may be retried", "too little space");
        assertPutRecordsFailsForEachEntryOrAsAWhole(client);
        assertThat(read(client)).isEqualTo(acknowledged);
        assertThat(client.listStreams().streamNames()).containsExactly("full");
        assertThat(health.get("/health/live").status()).isEqualTo(200);
        Files.delete(ballast);
        Files.delete(more);
        Eventually.holds("writes are accepted again", TIMEOUT, () -> accepts(client, acknowledged));
        Eventually.holds("ready again", TIMEOUT, () -> health.get("/health/ready").status() == 200);
        assertThat(read(client)).isEqualTo(acknowledged);
        assertThat(server.output())
            .anyMatch(line -> line.contains("writes are refused"))
            .anyMatch(line -> line.contains("writes are taken again"));
      }
    } finally {
      deleteAll(disk);
    }
  }

  /** A folder in memory, if there is one, since no other process fills that meanwhile. */
  private Path folderWithSpace() throws IOException {
    for (Path candidate : List.of(Path.of("/dev/shm"), folder)) {
      if (Files.isWritable(candidate)) {
        long free = Files.getFileStore(candidate).getUsableSpace() / MIB;
        // The reserve is at least 64 MiB and at most 1 TiB.
        if (free > 1024 && free < 1 << 20) {
          return Files.createTempDirectory(candidate, "millrace-e2e-");
        }
      }
    }
    assumeTrue(false, "neither /dev/shm nor the temporary folder has between 1 GiB and 1 TiB free");
    return folder;
  }

  private static void allocate(Path file, int mib) throws IOException {
    byte[] zeros = new byte[MIB];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mib; i++) {
        out.write(zeros);
      }
    }
  }

  private static KinesisException putUntilRefused(
      KinesisClient client, List<String> acknowledged, int most) {
    for (int i = 0; i < most; i++) {
      try {
        acknowledged.add(put(client));
      } catch (KinesisException refusal) {
        return refusal;
      }
    }
    throw new AssertionError(most + " MiB were accepted although the reserve was reached");
  }

  private static SdkBytes incompressible(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return SdkBytes.fromByteArray(bytes);
  }

  private static boolean accepts(KinesisClient client, List<String> acknowledged) {
    try {
      return acknowledged.add(put(client));
    } catch (KinesisException refusal) {
      assertThat(refusal.statusCode()).isEqualTo(503);
      return false;
    }
  }

  private static String put(KinesisClient client) {
    return client
        .putRecord(request -> request.streamName("full").partitionKey("k").data(INCOMPRESSIBLE))
        .sequenceNumber();
  }

  /** A client with default settings treats the error as retriable. */
  private static void assertOrdinaryClientsRetry(MillraceProcess server) {
    try (KinesisClient ordinary = Clients.sync(server.http(), null)) {
      assertThatThrownBy(() -> put(ordinary))
          .isInstanceOfSatisfying(
              KinesisException.class,
              refusal -> assertThat(refusal.numAttempts()).isGreaterThan(1));
    }
  }

  private static void assertPutRecordsFailsForEachEntryOrAsAWhole(KinesisClient client) {
    PutRecordsRequestEntry entry =
        PutRecordsRequestEntry.builder()
            .partitionKey("k")
            .data(SdkBytes.fromByteArray(new byte[1]))
            .build();
    try {
      PutRecordsResponse answer =
          client.putRecords(request -> request.streamName("full").records(entry, entry));
      assertThat(answer.failedRecordCount()).isEqualTo(2);
      assertThat(answer.records())
          .allSatisfy(result -> assertThat(result.errorCode()).isNotEmpty());
    } catch (KinesisException refusal) {
      assertThat(refusal.statusCode()).isEqualTo(503);
    }
  }

  private static List<String> read(KinesisClient client) {
    return ShardReading.all(client, "full", "shardId-000000000000").stream()
        .map(Record::sequenceNumber)
        .toList();
  }

  private static void deleteAll(Path disk) throws IOException {
    try (Stream<Path> files = Files.walk(disk)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  // ---- starts that fail

  @Test
  void aSecondProcessOnTheSameDataFolderFailsToStartAndTheFirstKeepsServing() throws IOException {
    try (MillraceProcess first = MillraceProcess.in(folder).start();
        RawKinesis raw = new RawKinesis(first.http())) {
      assertFailsToStart(MillraceProcess.in(folder), folder.toString(), "is in use");
      assertServes(raw);
      assertThat(first.isAlive()).isTrue();
    }
  }

  @Test
  void aDataFolderOfANewerLayoutIsRejectedAndNotChanged() throws IOException {
    try (MillraceProcess server = MillraceProcess.in(folder).start()) {
      assertThat(server.stop()).isIn(0, 143);
    }
    Files.writeString(folder.resolve("format"), "2\n");
    List<String> before = listing();
    assertFailsToStart(MillraceProcess.in(folder), "has layout 2", "up to 1");
    assertThat(listing()).isEqualTo(before);
    Files.writeString(folder.resolve("format"), "1\n");
    try (MillraceProcess server = MillraceProcess.in(folder).start();
        RawKinesis raw = new RawKinesis(server.http())) {
      assertServes(raw);
    }
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file + " " + file.toFile().length() + " " + file.toFile().lastModified())
          .sorted()
          .toList();
    }
  }

  @Test
  void aFolderWithForeignFilesIsRejected() throws IOException {
    Files.writeString(folder.resolve("holiday.txt"), "photos");
    assertFailsToStart(MillraceProcess.in(folder), "holiday.txt", "not a data folder");
  }

  @Test
  void aPortInUseFailsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertFailsToStart(MillraceProcess.in(folder).with("MILLRACE_PORT", port), port);
    }
  }

  @Test
  void aHealthPortInUseFailsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertFailsToStart(MillraceProcess.in(folder).with("MILLRACE_HEALTH_PORT", port), port);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MILLRACE_PROT,             4567,    unknown setting MILLRACE_PROT",
    "MILLRACE_PORT,             70000,   '70000'",
    "MILLRACE_PORT,             abc,     'abc'",
    "MILLRACE_HEALTH_PORT,      -1,      '-1'",
    "MILLRACE_ROLE,             king,    'king'",
    "MILLRACE_LIMITS,           some,    'some'",
    "MILLRACE_INSTANT,          yes,     'yes'",
    "MILLRACE_ACCOUNT,          12,      '12'",
    "MILLRACE_DISK_RESERVE_MIB, 0,       '0'",
    "MILLRACE_MAX_CONNECTIONS,  0,       '0'",
    "MILLRACE_CREDENTIALS,      idalone, MILLRACE_CREDENTIALS must be",
    "MILLRACE_HOST,             0.0.0.0, without MILLRACE_CREDENTIALS",
    "MILLRACE_TLS_KEY,          key.pem, MILLRACE_TLS_CERTIFICATE and MILLRACE_TLS_KEY",
  })
  void anInvalidSettingIsRejectedByName(String variable, String value, String contained)
      throws IOException {
    assertFailsToStart(
        MillraceProcess.in(folder.resolve("data")).with(variable, value), variable, contained);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  private static void assertFailsToStart(MillraceProcess.Start start, String... contained)
      throws IOException {
    MillraceProcess refused = start.startThatFails();
    assertThat(refused.awaitExit()).isNotZero();
    assertThat(refused.output())
        .as("one line")
        .singleElement()
        .asString()
        .startsWith("millrace: ")
        .contains(contained);
  }

  // ---- hostile clients

  @Test
  void garbageOnThePortDoesNoHarm() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("garbage of seed " + seed);
    Random random = new Random(seed);
    try (MillraceProcess server = MillraceProcess.in(folder).start();
        RawKinesis raw = new RawKinesis(server.http())) {
      List<byte[]> garbage = new ArrayList<>();
      garbage.add(new byte[] {22});
      garbage.add(new byte[] {22, 3, 1, 0x40, 0, 1, 2, 3});
      garbage.add(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "x".repeat(100)));
      garbage.add(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n"));
      garbage.add(ascii("GET / HTTP/9.9\r\n\r\n"));
      garbage.add(ascii("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"));
      garbage.add(ascii("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"));
      garbage.add(ascii("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
      garbage.add(ascii("POST / HTTP/1.1\r\nX: " + "y".repeat(MIB) + "\r\n\r\n"));
      garbage.add(ascii("G".repeat(MIB)));
      for (int i = 0; i < 200; i++) {
        byte[] noise = new byte[1 + random.nextInt(i < 190 ? 2_000 : MIB)];
        random.nextBytes(noise);
        garbage.add(noise);
      }
      for (byte[] bytes : garbage) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.kinesisPort())) {
          socket.getOutputStream().write(bytes);
        } catch (IOException closed) {
          // The server may close the connection at any byte.
          assertThat(server.isAlive()).isTrue();
        }
      }
      assertServes(raw);
      assertThat(server.output())
          .as("no stack traces in the log")
          .noneMatch(line -> line.startsWith("\tat "));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 104857600", "Transfer-Encoding: chunked"})
  void aRequestOfAHundredMegabytesIsRejectedWithoutBeingBuffered(String length) throws IOException {
    try (MillraceProcess server = MillraceProcess.in(folder).start();
        RawKinesis raw = new RawKinesis(server.http())) {
      assertServes(raw);
      long before = server.residentMib();
      assertThat(sendHundredMegabytes(server.kinesisPort(), length))
          .satisfiesAnyOf(
              answer -> assertThat(answer).startsWith("HTTP/1.1 413 "),
              answer -> assertThat(answer).isEqualTo("closed"));
      assertServes(raw);
      assertThat(server.residentMib() - before).as("additional MiB in memory").isLessThan(100);
    }
  }

  private static String sendHundredMegabytes(int port, String length) throws IOException {
    boolean chunked = length.startsWith("Transfer");
    byte[] megabyte = new byte[MIB];
    Arrays.fill(megabyte, (byte) 'a');
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
      OutputStream out = socket.getOutputStream();
      out.write(
          ascii(
              "POST / HTTP/1.1\r\nHost: localhost\r\n"
                  + "Content-Type: application/x-amz-json-1.1\r\n"
                  + "X-Amz-Target: Kinesis_20131202.PutRecord\r\n"
                  + length
                  + "\r\n\r\n"));
      try {
        for (int i = 0; i < 100; i++) {
          out.write(chunked ? ascii("100000\r\n") : new byte[0]);
          out.write(megabyte);
          out.write(chunked ? ascii("\r\n") : new byte[0]);
        }
        out.write(chunked ? ascii("0\r\n\r\n") : new byte[0]);
      } catch (IOException closed) {
        // The server need not read all of it; its response may have arrived.
        assertThat(closed).isNotNull();
      }
      return statusLine(socket.getInputStream());
    }
  }

  private static String statusLine(InputStream in) {
    try {
      byte[] bytes = in.readNBytes(40);
      return bytes.length == 0 ? "closed" : new String(bytes, StandardCharsets.US_ASCII);
    } catch (IOException closed) {
      return "closed";
    }
  }

  @Test
  void fiveThousandIdleConnectionsTakeLittleMemoryAndOthersAreServed() throws IOException {
    int connections = 5_000;
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : 0;
    assumeTrue(files >= 20_000, "`ulimit -n` is " + files + ", this test needs 20000");
    List<SocketChannel> idle = new ArrayList<>();
    try (MillraceProcess server = MillraceProcess.in(folder).start();
        KinesisClient client = Clients.withoutRetries(server.http());
        RawKinesis raw = new RawKinesis(server.http())) {
      client.createStream(request -> request.streamName("busy").shardCount(1));
      assertServes(raw);
      long before = server.residentMib();
      try {
        for (int i = 0; i < connections; i++) {
          SocketChannel channel =
              SocketChannel.open(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), server.kinesisPort()));
          idle.add(channel);
          if (i % 2 == 0) {
            // Half of them have sent one request and keep the connection open.
            channel.write(ByteBuffer.wrap(ascii("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")));
            assertThat(channel.read(ByteBuffer.allocate(2_000))).isPositive();
          }
        }
        assertServes(raw);
        for (int i = 0; i < 50; i++) {
          client.putRecord(
              request ->
                  request
                      .streamName("busy")
                      .partitionKey("k")
                      .data(SdkBytes.fromUtf8String("still served")));
        }
        assertThat(ShardReading.all(client, "busy", "shardId-000000000000")).hasSize(50);
        long more = server.residentMib() - before;
        System.out.println(connections + " idle connections take " + more + " MiB");
        assertThat(more).as("additional MiB in memory").isLessThan(150);
      } finally {
        for (SocketChannel channel : idle) {
          channel.close();
        }
      }
      assertServes(raw);
    }
  }

  @Test
  void connectionsAboveTheLimitAreClosedAtOnceUntilAnotherCloses() throws IOException {
    try (MillraceProcess server =
        MillraceProcess.in(folder).with("MILLRACE_MAX_CONNECTIONS", "3").start()) {
      List<Socket> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        open.add(connectAndRequest(server).orElseThrow());
      }
      assertThat(connectAndRequest(server)).as("the fourth").isEmpty();
      open.removeFirst().close();
      open.add(
          Eventually.found(
              "a new connection is accepted", TIMEOUT, () -> tryConnectAndRequest(server)));
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static Optional<Socket> tryConnectAndRequest(MillraceProcess server) {
    try {
      return connectAndRequest(server);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Opens a connection and makes a request on it; empty if the server closed it. */
  private static Optional<Socket> connectAndRequest(MillraceProcess server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.kinesisPort());
    socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
    try {
      socket.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      if (socket.getInputStream().read() >= 0) {
        return Optional.of(socket);
      }
    } catch (IOException closed) {
      assertThat(server.isAlive()).isTrue();
    }
    socket.close();
    return Optional.empty();
  }

  // ---- operations that are not implemented

  /** Every operation that the AWS SDK for Java or botocore knows, in the pinned versions. */
  static Set<String> operations() {
    Set<String> names =
        Arrays.stream(KinesisAsyncClient.class.getMethods())
            .filter(method -> method.getParameterCount() > 0)
            .filter(method -> KinesisRequest.class.isAssignableFrom(method.getParameterTypes()[0]))
            .map(Method::getName)
            .filter(name -> !name.endsWith("Paginator"))
            .map(name -> Character.toUpperCase(name.charAt(0)) + name.substring(1))
            .collect(Collectors.toCollection(TreeSet::new));
    names.addAll(
        PythonTools.at(URI.create("http://127.0.0.1:1"), "any", "any")
            .script("operations.py")
            .lines()
            .toList());
    return names;
  }

  @Test
  void everyOperationThatIsNotImplementedIsRejectedByName() throws IOException {
    Set<String> operations = operations();
    assertThat(operations).hasSizeGreaterThanOrEqualTo(45).containsAll(SERVED);
    try (MillraceProcess server = MillraceProcess.in(folder).start();
        RawKinesis raw = new RawKinesis(server.http())) {
      for (String operation : operations) {
        RawKinesis.RawAnswer answer = raw.call(operation, "{}");
        if (SERVED.contains(operation)) {
          assertThat(answer.body())
              .as(operation)
              .doesNotContain("UnknownOperationException", "InternalFailure");
        } else {
          assertThat(answer.status()).as(operation).isEqualTo(400);
          assertThat(answer.body())
              .contains(
                  "UnknownOperationException", "Operation " + operation + " is not supported");
        }
      }
    }
  }

  private static void assertServes(RawKinesis raw) {
    RawKinesis.RawAnswer answer = raw.call("ListStreams", "{}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("StreamNames");
  }
}
