// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.request.SecurityTokenCalls;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListStreamsInput;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.port.ByteBudget;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that sends a byte now and then, or takes none of its answer, does not keep what others
 * need: its connection ends at a deadline, and what it held is given back.
 */
class SlowClientsTest {
  private static final RequestDeadlines SHORT = new RequestDeadlines(300, 300, 300);

  /** Above what a connection's buffers take. */
  private static final int ANSWER_BYTES = 16 << 20;

  /** Room for one body of that many bytes, and for one answer. */
  private static final int BODIES_BYTES = 16 << 10;

  /** A client waits this long between two bytes: the deadlines are many of these. */
  private static final int PAUSE_MILLIS = 20;

  /** A test fails if nothing has happened after that: far above the deadlines. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final TestingVertx VERTX = new TestingVertx();

  @TempDir private static Path folder;
  private static int port;

  /** Answers with as many bytes as the limit of the call says KiB. */
  private static final class LargeAnswer implements Action {
    @Override
    public Operation operation() {
      return Operation.LIST_STREAMS;
    }

    @Override
    public StructureShape input() {
      return ListStreamsInput.SHAPE;
    }

    @Override
    public CompletionStage<Answer> perform(Call call) {
      int kib = call.input().getOr(ListStreamsInput.LIMIT, 0);
      return new Answer.Encoded(Blob.of(new byte[kib == 1 ? 1 : ANSWER_BYTES])).now();
    }
  }

  @BeforeAll
  static void listen() throws Exception {
    KinesisHandler handler =
        new KinesisHandler(
            new Dispatcher(
                new RequestGate(
                    Optional.empty(),
                    new SecurityTokenCalls("000000000000", Optional.empty(), Optional.empty())),
                List.of(new LargeAnswer()),
                operation -> KinesisError.invalidArgument(operation.text()),
                CLOCK,
                Optional.empty(),
                Optional.empty()),
            new ByteBudget(BODIES_BYTES),
            ANSWER_BYTES,
            () -> new Random(1),
            CLOCK,
            Optional.empty(),
            SHORT);
    port =
        new KinesisPort("127.0.0.1", 0, 50, 1, SHORT)
            .listen(
                VERTX.vertx(),
                TlsIdentity.selfSigned(folder, Instant.now(), new SecureRandom()).context(),
                handler)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .number();
  }

  @AfterAll
  static void close() {
    VERTX.close();
  }

  @Test
  void aHeadThatIsDribbledEndsAtItsDeadline() throws Exception {
    try (Socket slow = connect()) {
      assertThat(dribble(slow, "POST / HTTP/1.1\r\n", "X-A: b\r\n"))
          .startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }
    assertServed();
  }

  @Test
  void aSecondHeadThatIsDribbledEndsAtItsDeadline() throws Exception {
    try (Socket slow = connect()) {
      slow.getOutputStream().write(request("ListStreams", "{\"Limit\":1}"));
      assertThat(dribble(slow, "POST / HTTP/1.1\r\n", "X-A: b\r\n"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("HTTP/1.1 408 Request Timeout\r\n");
    }
  }

  /** And with it the rest of what may come before a first request. */
  @ParameterizedTest
  @ValueSource(strings = {"P", "PRI * HTTP/2.0\r\n", "\r\n"})
  void aConnectionThatBeginsAndDoesNotGoOnEndsAtTheDeadline(String begin) throws Exception {
    try (Socket slow = connect()) {
      slow.getOutputStream().write(begin.getBytes(US_ASCII));
      assertThat(answer(slow)).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void aTlsHandshakeThatIsDribbledEndsAtItsDeadline() throws Exception {
    try (Socket slow = connect()) {
      slow.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
      answer(slow);
    }
    assertServed();
  }

  /** A body takes the whole budget while it arrives; afterwards others are served again. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1000", "Transfer-Encoding: chunked"})
  void aBodyThatIsDribbledEndsAtItsDeadline(String length) throws Exception {
    try (Socket slow = connect()) {
      String unit = length.startsWith("C") ? "a" : "1\r\na\r\n";
      String head =
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.1\r\n%s\r\n\r\n"
              .formatted(length);
      assertThat(dribble(slow, head, unit))
          .startsWith("HTTP/1.1 408 ")
          .containsIgnoringCase("connection: close");
    }
    assertServed();
  }

  @Test
  void anAnswerThatIsNotTakenEndsAtItsDeadline() throws Exception {
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      slow.getOutputStream().write(request("ListStreams", "{}"));
      // Its answer takes all that answers may hold: another one waits for the deadline.
      assertThat(slow.getInputStream().read()).isEqualTo('H');
      long end = System.nanoTime() + PATIENCE.toNanos();
      String other = exchange(request("ListStreams", "{\"Limit\":1}"));
      assertThat(other).startsWith("HTTP/1.1 503 ");
      while (!other.startsWith("HTTP/1.1 200 ")) {
        assertThat(System.nanoTime()).as("the answer is still held").isLessThan(end);
        other = exchange(request("ListStreams", "{\"Limit\":1}"));
      }
    }
  }

  private static void assertServed() throws IOException {
    assertThat(exchange(request("ListStreams", "{\"Limit\":1}"))).startsWith("HTTP/1.1 200 ");
  }

  private static byte[] request(String operation, String body) {
    return """
    POST / HTTP/1.1\r
    Host: a\r
    Content-Type: application/x-amz-json-1.1\r
    X-Amz-Target: Kinesis_20131202.%s\r
    Content-Length: %d\r
    \r
    %s"""
        .formatted(operation, body.length(), body)
        .getBytes(US_ASCII);
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /** The head of an answer to a request on a connection of its own. */
  private static String exchange(byte[] request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request);
      byte[] first = new byte[64];
      int read = socket.getInputStream().read(first);
      return new String(first, 0, Math.max(0, read), US_ASCII);
    }
  }

  /** Everything that is received until the connection is closed. */
  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  /** Sends a beginning and then a part again and again, until the connection is closed. */
  private static String dribble(Socket socket, String begin, String part) throws IOException {
    StringBuilder received = new StringBuilder();
    InputStream in = socket.getInputStream();
    socket.setSoTimeout(PAUSE_MILLIS);
    long end = System.nanoTime() + PATIENCE.toNanos();
    socket.getOutputStream().write(begin.getBytes(US_ASCII));
    while (System.nanoTime() < end) {
      try {
        int next = in.read();
        if (next < 0) {
          return received.toString();
        }
        received.append((char) next);
        while (in.available() > 0) {
          received.append((char) in.read());
        }
      } catch (SocketTimeoutException nothingYet) {
        if (received.indexOf(" 408 ") < 0) {
          socket.getOutputStream().write(part.getBytes(US_ASCII));
        }
      } catch (IOException reset) {
        return received.toString();
      }
    }
    throw new AssertionError("it was not closed within " + PATIENCE + ": " + received);
  }
}
