// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a connection sends, it is answered or closed, and others are served afterwards. */
class HostileClientsTest {
  /** {@code MILLRACE_MAX_CONNECTIONS}: also this process holds the other ends. */
  private static final int MAX_CONNECTIONS = 2_000;

  private static final int PATIENCE_MILLIS = 20_000;
  private static final String JSON = "application/x-amz-json-1.1";
  private static final String CBOR = "application/x-amz-cbor-1.1";
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int CONTINUATION = 9;

  @TempDir private static Path folder;
  private static TestingStandalone millrace;

  @BeforeAll
  static void start() throws Exception {
    millrace =
        new TestingStandalone(
            folder.resolve("data"), "MILLRACE_MAX_CONNECTIONS", String.valueOf(MAX_CONNECTIONS));
    millrace.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
  }

  @AfterAll
  static void stop() throws Exception {
    millrace.close();
  }

  @AfterEach
  void aClientIsServedAfterwards() throws Exception {
    String number = millrace.sequenceNumberOfNext("s");
    assertThat(number).isNotEmpty();
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), millrace.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** What is answered until the connection is closed, by one side or the other. */
  private static String exchange(byte[] request) throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      try {
        out.write(request);
        socket.shutdownOutput();
      } catch (SocketException closed) {
        // It was enough for the server.
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        for (int next = socket.getInputStream().read();
            next >= 0;
            next = socket.getInputStream().read()) {
          answer.write(next);
        }
      } catch (SocketException reset) {
        // What it has said before.
      }
      return answer.toString(ISO_8859_1);
    }
  }

  private static String exchange(String request) throws IOException {
    return exchange(request.getBytes(ISO_8859_1));
  }

  private static String head(String... headers) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  private static byte[] call(String operation, String type, byte[] body, String... headers)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: " + type);
    all.add("X-Amz-Target: Kinesis_20131202." + operation);
    all.add("Content-Length: " + body.length);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head(all.toArray(String[]::new)).getBytes(ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static byte[] list(String... headers) throws IOException {
    return call("ListStreams", JSON, "{}".getBytes(ISO_8859_1), headers);
  }

  @Test
  void idleConnectionsUpToTheLimitLeaveOthersServedAndThoseAboveItAreClosed() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      // The client of the tests has a connection or two.
      for (int i = 0; i < MAX_CONNECTIONS - 50; i++) {
        idle.add(connect());
      }
      aClientIsServedAfterwards();
      int closed = 0;
      for (int i = 0; i < 100; i++) {
        Socket more = connect();
        idle.add(more);
        more.setSoTimeout(100);
        try {
          closed += more.getInputStream().read() < 0 ? 1 : 0;
        } catch (SocketException reset) {
          closed++;
        } catch (java.net.SocketTimeoutException open) {
          // One below the limit.
        }
      }
      assertThat(closed).isBetween(1, 100);
      aClientIsServedAfterwards();
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void headersThatAreTooManyOrTooLargeAreRefused() throws Exception {
    String many = "X-A: b\r\n".repeat(10_000);
    String large = "X-A: " + "b".repeat(1 << 20) + "\r\n";
    for (String headers : List.of(many, large)) {
      String answer = exchange("POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
      assertThat(answer).startsWith("HTTP/1.1 431 ");
    }
    assertThat(exchange("POST /" + "a".repeat(1 << 20) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .containsPattern("^HTTP/1.[01] 414 ");
  }

  @Test
  void manyQueryParametersAreReadWithinTheBoundOfARequestLine() throws Exception {
    String query = "a=b&".repeat(3_500);
    String request = new String(list(), ISO_8859_1).replace("POST / ", "POST /?" + query + " ");
    assertThat(exchange(request)).startsWith("HTTP/1.1 200 ");
  }

  /** Decompressing is not supported, so a bomb is its own few bytes, which are no JSON. */
  @ParameterizedTest
  @ValueSource(strings = {JSON, CBOR})
  void compressedBodiesAreNotDecompressed(String type) throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    String answer = exchange(call("PutRecord", type, bomb.toByteArray(), "Content-Encoding: gzip"));
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("SerializationException");
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    byte[] deepJson = ("{\"StreamName\":" + "[".repeat(1 << 20)).getBytes(ISO_8859_1);
    assertThat(exchange(call("DescribeStream", JSON, deepJson)))
        .startsWith("HTTP/1.1 400 ")
        .contains("SerializationException");
    byte[] deepCbor = new byte[1 << 20];
    java.util.Arrays.fill(deepCbor, (byte) 0x81);
    System.arraycopy(new byte[] {(byte) 0xa1, 0x61, 'a'}, 0, deepCbor, 0, 3);
    assertThat(exchange(call("DescribeStream", CBOR, deepCbor)))
        .startsWith("HTTP/1.1 400 ")
        .contains("SerializationException");
  }

  /**
   * Two readings of where a body ends would let a request hide in another one from a proxy. Each of
   * these is refused, or ends the connection after its first request.
   */
  @Test
  void noRequestIsSmuggledInABody() throws Exception {
    String hidden =
        new String(
            call("CreateStream", JSON, "{\"StreamName\":\"smuggled\"}".getBytes(ISO_8859_1)),
            ISO_8859_1);
    String type = "Content-Type: " + JSON;
    List<String> requests =
        List.of(
            head(type, "Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n" + hidden,
            head(type, "Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n" + hidden,
            head(type, "Content-Length: 0", "Content-Length: 4") + hidden,
            head(type, "Content-Length: 0, 4") + hidden,
            head(type, "Content-Length: +0") + hidden,
            head(type, "Content-Length : 0") + hidden,
            head(type, "Transfer-Encoding: xchunked") + "0\r\n\r\n" + hidden,
            head(type, "Transfer-Encoding: chunked, identity") + "0\r\n\r\n" + hidden,
            head(type, "Transfer-Encoding : chunked") + "0\r\n\r\n" + hidden,
            head(type, "Transfer-Encoding: chunked") + "0;\n\r\n\r\n" + hidden,
            head(type, "Transfer-Encoding: chunked") + "-1\r\n\r\n" + hidden,
            head(type, "Transfer-Encoding: chunked") + "fffffffffffffffff\r\n\r\n" + hidden);
    for (String request : requests) {
      String answer = exchange(request);
      JsonObject listed = millrace.ok("ListStreams", "{}");
      assertThat(listed.getJsonArray("StreamNames").contains("smuggled"))
          .as("%s was answered with %s", request, answer)
          .isFalse();
    }
  }

  @Test
  void foldedHeadersAndLoneLineFeedsAreOneReadingOrNone() throws Exception {
    assertThat(exchange(list("X-A: b\r\n c")))
        .as("a folded header is one header with a blank")
        .startsWith("HTTP/1.1 200 ");
    assertThat(exchange(list("X-A: b\rContent-Length: 7"))).startsWith("HTTP/1.1 400 ");
    assertThat(exchange(list("X-A: b\0c"))).startsWith("HTTP/1.1 400 ");
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** A literal header without indexing, its name and value as they are. */
  private static byte[] literal(String name, String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(name.length());
    bytes.writeBytes(name.getBytes(ISO_8859_1));
    bytes.write(value.length());
    bytes.writeBytes(value.getBytes(ISO_8859_1));
    return bytes.toByteArray();
  }

  /** {@code :method POST}, {@code :scheme http} and {@code :path /} of HPACK's table. */
  private static byte[] requestHead() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0x83);
    bytes.write(0x86);
    bytes.write(0x84);
    bytes.writeBytes(literal(":authority", "a"));
    return bytes.toByteArray();
  }

  private static ByteArrayOutputStream http2() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HTTP2_PREFACE);
    bytes.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
    return bytes;
  }

  /** Whether the server ended the connection before it took all of the bytes, or at their end. */
  private static boolean isEnded(byte[] bytes) throws IOException {
    try (Socket socket = connect()) {
      try {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        while (socket.getInputStream().read() >= 0) {
          // Until the end, which a client that goes on waiting would reach by its timeout only.
        }
      } catch (SocketException closed) {
        return true;
      } catch (java.net.SocketTimeoutException open) {
        return false;
      }
      return true;
    }
  }

  @Test
  void aFloodOfContinuationsEndsTheConnection() throws Exception {
    ByteArrayOutputStream bytes = http2();
    bytes.writeBytes(frame(HEADERS, 0, 1, requestHead()));
    byte[] some = literal("x-a", "b".repeat(100));
    for (int i = 0; i < 10_000; i++) {
      bytes.writeBytes(frame(CONTINUATION, 0, 1, some));
    }
    assertThat(isEnded(bytes.toByteArray())).isTrue();
  }

  @Test
  void aFloodOfResetStreamsEndsTheConnection() throws Exception {
    ByteArrayOutputStream bytes = http2();
    for (int i = 0; i < 10_000; i++) {
      int stream = 2 * i + 1;
      bytes.writeBytes(frame(HEADERS, 4, stream, requestHead()));
      bytes.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
    }
    assertThat(isEnded(bytes.toByteArray())).isTrue();
  }

  /** The frame at its end is not valid, so that the end is seen: settings belong to stream 0. */
  @Test
  void aFloodOfSettingsIsSurvived() throws Exception {
    ByteArrayOutputStream bytes = http2();
    for (int i = 0; i < 100_000; i++) {
      bytes.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
    }
    bytes.writeBytes(frame(SETTINGS, 0, 1, new byte[0]));
    assertThat(isEnded(bytes.toByteArray())).isTrue();
  }

  @Test
  void aLargeListOfHeadersInHttp2IsRefused() throws Exception {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(requestHead());
    for (int i = 0; i < 120; i++) {
      head.writeBytes(literal("x-a", "b".repeat(100)));
    }
    byte[] large = head.toByteArray();
    ByteArrayOutputStream bytes = http2();
    bytes.writeBytes(frame(HEADERS, 0, 1, large));
    bytes.writeBytes(
        frame(CONTINUATION, 0, 1, java.util.Arrays.copyOfRange(large, 3 + 13, large.length)));
    bytes.writeBytes(
        frame(CONTINUATION, 4, 1, java.util.Arrays.copyOfRange(large, 3 + 13, large.length)));
    assertThat(isEnded(bytes.toByteArray())).isTrue();
  }
}
