// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.server.port.OpenPort;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SSLOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The internal port of a shard pod: HTTP/2 for fronts, HTTP/1.1 for the operator. With certificates
 * it takes nobody without one, and nothing in clear text.
 *
 * @param host address to bind
 * @param port 1 .. 65535, or 0 for any free one
 * @param tls the certificates; without them, HTTP/2 is by prior knowledge
 */
public record RpcPort(String host, int port, Optional<InternalTls> tls) {
  private static final int IDLE_SECONDS = 600;
  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
  private static final int CONCURRENT_CALLS = 1_000;

  /** Listens; fails when the port is in use. */
  public Future<OpenPort> listen(Vertx vertx, Handler<HttpServerRequest> handler) {
    return OpenPort.open(vertx, 1, this::server, handler);
  }

  private HttpServer server(Vertx owner) {
    if (tls.isEmpty()) {
      return owner.createHttpServer(options());
    }
    SSLOptions certificates = tls.get().options();
    HttpServer server =
        owner.createHttpServer(
            options()
                .setSsl(true)
                .setUseAlpn(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(certificates.getKeyCertOptions())
                .setTrustOptions(certificates.getTrustOptions()));
    tls.get().follow(server::updateSSLOptions);
    return server;
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(host)
        .setPort(port)
        .setTcpNoDelay(true)
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(CONCURRENT_CALLS)
                .setInitialWindowSize(STREAM_WINDOW_BYTES));
  }
}
