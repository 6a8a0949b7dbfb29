// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import dev.millrace.server.port.OpenPort;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Kinesis port: one listening socket, served by several event loops.
 *
 * @param host the address to bind
 * @param port 1 to 65535, or 0 for any free one
 * @param maxConnections most connections that are open at a time; more are closed immediately
 * @param eventLoops servers that share the socket, each with its own event loop
 * @param deadlines for heads; those for bodies and answers are {@link KinesisHandler}'s
 */
public record KinesisPort(
    String host, int port, int maxConnections, int eventLoops, RequestDeadlines deadlines) {
  /** How long a connection may be idle: longer than the 60 s for which SDKs keep theirs. */
  private static final int IDLE_SECONDS = 180;

  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;
  private static final int MAX_CHUNK_BYTES = 64 * 1024;
  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 4 << 20;
  private static final int CONCURRENT_STREAMS = 250;

  /** Streams that a client may begin and reset within {@link #RESETS_SECONDS}. */
  private static final int MAX_RESETS = 200;

  private static final int RESETS_SECONDS = 30;
  private static final int ACCEPT_BACKLOG = 1024;

  /**
   * Vert.x shares a free port among servers that ask for the same negative number. Quarkus uses -1.
   */
  private static final AtomicInteger ANY_FREE = new AtomicInteger(-1000);

  /** Opens the port. Fails when it is in use. */
  public Future<OpenPort> listen(Vertx vertx, SslContext tls, Handler<HttpServerRequest> handler) {
    ConnectionLimit connections = new ConnectionLimit(maxConnections);
    int shared = port == 0 ? ANY_FREE.decrementAndGet() : port;
    return OpenPort.open(
        vertx,
        eventLoops,
        owner ->
            new MultiProtocolServer(
                (VertxInternal) owner, options(shared), tls, connections, deadlines.headMillis()),
        handler);
  }

  private HttpServerOptions options(int shared) {
    return new HttpServerOptions()
        .setHost(host)
        .setPort(shared)
        .setAcceptBacklog(ACCEPT_BACKLOG)
        .setTcpNoDelay(true)
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setMaxChunkSize(MAX_CHUNK_BYTES)
        .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS)
        .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(CONCURRENT_STREAMS)
                .setInitialWindowSize(STREAM_WINDOW_BYTES)
                .setMaxHeaderListSize(MAX_HEADER_BYTES));
  }
}
