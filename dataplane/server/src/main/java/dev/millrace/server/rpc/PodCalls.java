// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SSLOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Calls to shard pods over HTTP/2, with certificates where there are any. A call that could not be
 * handed over is tried at the pod's next address; one that was handed over and got no answer is not
 * tried again here: whether it was done is known to nobody but the pod. Callable from any thread.
 */
final class PodCalls implements AutoCloseable {
  private static final int CALLS_WAITING_FOR_A_CONNECTION = 10_000;
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
  private static final int CLOSE_TIMEOUT_SECONDS = 5;
  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
  private static final int OK = 200;

  /** Most that is quoted of a rejection. */
  private static final int QUOTED_BYTES = 1024;

  private final HttpClient client;

  private final Optional<InternalTls> tls;

  /**
   * A client.
   *
   * @param tls the certificates; without them calls are in clear text
   */
  PodCalls(Vertx vertx, int connectionsPerPod, Optional<InternalTls> tls) {
    this.tls = tls;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(STREAM_WINDOW_BYTES))
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setTcpNoDelay(true);
    tls.ifPresent(certificates -> setTls(options, certificates.options()));
    client =
        vertx.createHttpClient(
            options,
            new PoolOptions()
                .setHttp2MaxSize(connectionsPerPod)
                .setMaxWaitQueueSize(CALLS_WAITING_FOR_A_CONNECTION));
    tls.ifPresent(certificates -> certificates.follow(client::updateSSLOptions));
  }

  /**
   * Pods are called at IP addresses, too, for which no certificate is good: who answers is known by
   * the identity in it.
   */
  private static void setTls(HttpClientOptions options, SSLOptions certificates) {
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setVerifyHost(false)
        .setKeyCertOptions(certificates.getKeyCertOptions())
        .setTrustOptions(certificates.getTrustOptions());
  }

  /**
   * Calls a pod.
   *
   * @param subject what the call is about, for messages
   * @param addresses {@code host:port}, at least one
   * @return the answer's body; fails with {@link LogRefusedException}: {@code NOT_LEADER} when the
   *     call was not handed over
   */
  Future<ByteBuffer> call(
      String subject, List<String> addresses, String path, ByteBuffer body, int timeoutMillis) {
    return handOver(subject, path, addresses, 0, timeoutMillis)
        .compose(request -> answer(subject, request, body));
  }

  private Future<HttpClientRequest> handOver(
      String subject, String path, List<String> addresses, int which, int timeoutMillis) {
    URI address = URI.create("http://" + addresses.get(which));
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(address.getHost())
            .setPort(address.getPort())
            .setURI(path)
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setIdleTimeout(timeoutMillis);
    return client
        .request(options)
        .compose(this::ifPod)
        .recover(
            failure ->
                which + 1 < addresses.size()
                    ? handOver(subject, path, addresses, which + 1, timeoutMillis)
                    : Future.failedFuture(
                        new LogRefusedException(
                            Reason.NOT_LEADER,
                            "%s is not reached at %s: %s"
                                .formatted(subject, addresses, failure.getMessage()),
                            failure)));
  }

  /** Nothing is said to somebody else. */
  private Future<HttpClientRequest> ifPod(HttpClientRequest request) {
    if (tls.isEmpty() || tls.get().isPod(request.connection().sslSession())) {
      return Future.succeededFuture(request);
    }
    request.reset();
    return Future.failedFuture("who answers there is no pod that may be asked");
  }

  private static Future<ByteBuffer> answer(
      String subject, HttpClientRequest request, ByteBuffer body) {
    return request
        .send(BufferImpl.buffer(Unpooled.wrappedBuffer(body)))
        .compose(response -> response.statusCode() == OK ? response.body() : rejected(response))
        .map(PodCalls::bytes)
        .recover(
            failure ->
                Future.failedFuture(
                    new LogRefusedException(
                        Reason.UNKNOWN_OUTCOME,
                        "no answer came about " + subject + ": " + failure.getMessage(),
                        failure)));
  }

  /** With what the pod says of it, so that whoever made the call can tell. */
  private static Future<Buffer> rejected(HttpClientResponse response) {
    return response
        .body()
        .compose(
            text ->
                Future.failedFuture(
                    "status %d %s"
                        .formatted(
                            response.statusCode(),
                            text.getString(0, Math.min(text.length(), QUOTED_BYTES)))
                        .strip()));
  }

  private static ByteBuffer bytes(Buffer buffer) {
    return ByteBuffer.wrap(buffer.getBytes());
  }

  @Override
  public void close() {
    client
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
