package dev.millrace.server.http;

import io.netty.handler.ssl.SslContext;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
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
 * @param maxConnections connections that are open at a time; more are closed at once
 * @param eventLoops servers that share the socket, each with its own event loop
 */
public record KinesisPort(String host, int port, int maxConnections, int eventLoops) {
  /** How long a connection may be idle: longer than the 60 s for which SDKs keep theirs. */
  private static final int IDLE_SECONDS = 180;

  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;
  private static final int MAX_CHUNK_BYTES = 64 * 1024;
  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 4 << 20;
  private static final int CONCURRENT_STREAMS = 250;
  private static final int ACCEPT_BACKLOG = 1024;

  /**
   * Vert.x shares a free port among servers that ask for the same negative number. Quarkus uses -1.
   */
  private static final AtomicInteger ANY_FREE = new AtomicInteger(-1000);

  /**
   * Binds the port.
   *
   * @return the open port; fails if the port is in use
   */
  public Future<Listening> listen(Vertx vertx, SslContext tls, Handler<HttpServerRequest> handler) {
    ConnectionLimit connections = new ConnectionLimit(maxConnections);
    AtomicInteger bound = new AtomicInteger();
    int shared = port == 0 ? ANY_FREE.decrementAndGet() : port;
    return vertx
        .deployVerticle(
            () -> new PortVerticle(shared, tls, connections, handler, bound),
            new DeploymentOptions().setInstances(eventLoops))
        .map(id -> new Listening(vertx, id, bound.get()));
  }

  /**
   * An open port.
   *
   * @param deployment the id of the servers in Vert.x
   * @param port the number that was bound
   */
  public record Listening(Vertx vertx, String deployment, int port) implements AutoCloseable {
    /** Closes the port and its connections. */
    @Override
    public void close() {
      vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }
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
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(CONCURRENT_STREAMS)
                .setInitialWindowSize(STREAM_WINDOW_BYTES)
                .setMaxHeaderListSize(MAX_HEADER_BYTES));
  }

  private final class PortVerticle extends AbstractVerticle {
    private final int shared;
    private final SslContext tls;
    private final ConnectionLimit connections;
    private final Handler<HttpServerRequest> handler;
    private final AtomicInteger bound;

    PortVerticle(
        int shared,
        SslContext tls,
        ConnectionLimit connections,
        Handler<HttpServerRequest> handler,
        AtomicInteger bound) {
      this.shared = shared;
      this.tls = tls;
      this.connections = connections;
      this.handler = handler;
      this.bound = bound;
    }

    @Override
    public void start(Promise<Void> started) {
      HttpServer server =
          new MultiProtocolServer((VertxInternal) vertx, options(shared), tls, connections);
      server
          .requestHandler(handler)
          .listen()
          .onSuccess(listening -> bound.set(listening.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }
}
