// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.TestingVertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.utils.AttributeMap;

/** Every protocol form that Kinesis clients use is answered on the one port. */
class KinesisPortTest {
  private static final AttributeMap TRUST_ALL =
      AttributeMap.builder().put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true).build();
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"));

  private static final TestingVertx VERTX = new TestingVertx();
  private static final AtomicReference<String> LAST_FORM = new AtomicReference<>("");

  @TempDir private static Path folder;
  private static TlsIdentity identity = new TlsIdentity(Path.of(""), Path.of(""));
  private static int port;

  @BeforeAll
  static void listen() throws Exception {
    System.setProperty(SdkSystemSetting.CBOR_ENABLED.property(), "false");
    identity = TlsIdentity.selfSigned(folder, Instant.now(), new SecureRandom());
    port = listen(50);
  }

  private static int listen(int maxConnections) throws Exception {
    return new KinesisPort("127.0.0.1", 0, maxConnections, 2, RequestDeadlines.DEFAULT)
        .listen(VERTX.vertx(), identity.context(), KinesisPortTest::answer)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .number();
  }

  @AfterAll
  static void close() {
    System.clearProperty(SdkSystemSetting.CBOR_ENABLED.property());
    VERTX.close();
  }

  private static void answer(HttpServerRequest request) {
    LAST_FORM.set(request.version() + (request.isSSL() ? " over TLS" : ""));
    request
        .body()
        .onSuccess(
            body ->
                request
                    .response()
                    .putHeader("Content-Type", "application/x-amz-json-1.1")
                    .end("{\"StreamNames\":[],\"HasMoreStreams\":false}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void theSyncJavaClientSpeaksHttp1(String scheme) {
    try (KinesisClient client =
        KinesisClient.builder()
            .httpClient(ApacheHttpClient.builder().buildWithDefaults(TRUST_ALL))
            .endpointOverride(URI.create(scheme + "://127.0.0.1:" + port))
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .build()) {
      assertThat(client.listStreams().hasMoreStreams()).isFalse();
    }
    assertThat(LAST_FORM.get()).startsWith("HTTP_1_1");
  }

  /** Over TLS this client sends no ALPN extension and then the HTTP/2 preface. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void theAsyncJavaClientSpeaksHttp2WithoutNegotiation(String scheme) {
    try (KinesisAsyncClient client =
        KinesisAsyncClient.builder()
            .httpClient(
                NettyNioAsyncHttpClient.builder()
                    .buildWithDefaults(
                        TRUST_ALL.merge(
                            AttributeMap.builder()
                                .put(SdkHttpConfigurationOption.PROTOCOL, Protocol.HTTP2)
                                .build())))
            .endpointOverride(URI.create(scheme + "://127.0.0.1:" + port))
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .build()) {
      assertThat(client.listStreams().join().hasMoreStreams()).isFalse();
    }
    assertThat(LAST_FORM.get()).startsWith("HTTP_2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void alpnIsRespected(HttpClient.Version version) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().version(version).sslContext(trustingOurCertificate()).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + port))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[12 << 20]))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(version);
    }
  }

  @Test
  void aConnectionAboveTheBoundIsClosedAtOnce() throws Exception {
    int narrow = listen(1);
    try (Socket first = connect(narrow);
        Socket extra = connectAfterAnswer(first, narrow)) {
      assertThat(extra.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** The first connection has certainly been counted once it was answered. */
  private static Socket connectAfterAnswer(Socket first, int to) throws IOException {
    first
        .getOutputStream()
        .write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
    assertThat(first.getInputStream().read()).isEqualTo('H');
    return connect(to);
  }

  @Test
  void garbageIsAnsweredOrTheConnectionIsClosedAndOthersContinue() throws Exception {
    byte[][] rubbish = {
      new byte[4096],
      "GET\r\n\r\n\r\n".getBytes(US_ASCII),
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nrubbish after the preface, long enough for a frame header"
          .getBytes(US_ASCII),
      {22, 3, 1, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    };
    for (byte[] bytes : rubbish) {
      try (Socket socket = connect(port)) {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      }
    }
    theSyncJavaClientSpeaksHttp1("http");
  }

  private static Socket connect(int to) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static SSLContext trustingOurCertificate() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(identity.certificate())) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
