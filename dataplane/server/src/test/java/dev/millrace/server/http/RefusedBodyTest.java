// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.request.SecurityTokenCalls;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.port.ByteBudget;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client on HTTP/1.1 that writes its whole request before it reads receives the error. */
class RefusedBodyTest {
  private static final int MIB = 1 << 20;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private static final TestingVertx VERTX = new TestingVertx();

  @TempDir private static Path folder;
  private static int port;

  @BeforeAll
  static void listen() throws Exception {
    RequestGate gate =
        new RequestGate(
            Optional.empty(),
            new SecurityTokenCalls("000000000000", Optional.empty(), Optional.empty()));
    KinesisHandler handler =
        new KinesisHandler(
            new Dispatcher(
                gate,
                List.of(),
                operation -> KinesisError.invalidArgument(operation.text()),
                CLOCK,
                Optional.empty(),
                Optional.empty()),
            new ByteBudget(24 * MIB),
            24 * MIB,
            () -> new Random(1),
            CLOCK,
            Optional.empty());
    TlsIdentity identity = TlsIdentity.selfSigned(folder, Instant.now(), new SecureRandom());
    port =
        new KinesisPort("127.0.0.1", 0, 50, 1)
            .listen(VERTX.vertx(), identity.context(), handler)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .number();
  }

  @AfterAll
  static void close() throws Exception {
    VERTX.close();
  }

  @ParameterizedTest
  @CsvSource({"17,keep-alive", "17,close", "40,keep-alive", "40,close"})
  void aTooLargeBodyWithALengthIsAnswered(int mebibytes, String connection) throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      head(out, "Content-Length: " + mebibytes * MIB, connection);
      for (int i = 0; i < mebibytes; i++) {
        out.write(new byte[MIB]);
      }
      assertThat(answer(socket))
          .startsWith("HTTP/1.1 413 ")
          .containsIgnoringCase("connection: close");
    }
  }

  @ParameterizedTest
  @CsvSource({"17,keep-alive", "17,close", "40,keep-alive", "40,close"})
  void aTooLargeChunkedBodyIsAnswered(int mebibytes, String connection) throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      head(out, "Transfer-Encoding: chunked", connection);
      for (int i = 0; i < mebibytes; i++) {
        chunk(out);
      }
      out.write("0\r\n\r\n".getBytes(US_ASCII));
      assertThat(answer(socket)).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aBodyWithoutEndIsNotReadForever() throws Exception {
    int written = 0;
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      head(out, "Transfer-Encoding: chunked", "keep-alive");
      while (written < 512) {
        chunk(out);
        written++;
      }
    } catch (IOException hungUp) {
      assertThat(written).as("MiB written").isBetween(64, 160);
    }
    assertThat(written).as("MiB written").isLessThan(512);
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void head(OutputStream out, String length, String connection) throws IOException {
    out.write(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.1\r\nConnection: %s\r\n%s\r\n\r\n"
            .formatted(connection, length)
            .getBytes(US_ASCII));
  }

  private static void chunk(OutputStream out) throws IOException {
    out.write("100000\r\n".getBytes(US_ASCII));
    out.write(new byte[MIB]);
    out.write("\r\n".getBytes(US_ASCII));
  }

  /** Everything that is received until the connection is closed. */
  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }
}
