package dev.millrace.server.rpc;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The internal port of a shard pod: HTTP/2 by prior knowledge for fronts, HTTP/1.1 for the operator
 * and for people with curl.
 *
 * @param host address to bind
 * @param port 1 .. 65535, or 0 for any free one
 */
public record RpcPort(String host, int port) {
  private static final int IDLE_SECONDS = 600;
  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
  private static final int CONCURRENT_CALLS = 1_000;

  /** Listens; fails when the port is in use. */
  public Future<Listening> listen(Vertx vertx, Handler<HttpServerRequest> handler) {
    AtomicInteger bound = new AtomicInteger();
    HttpServerOptions options =
        new HttpServerOptions()
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
    return vertx
        .deployVerticle(() -> new Listener(options, handler, bound), new DeploymentOptions())
        .map(id -> new Listening(vertx, id, bound.get()));
  }

  /**
   * A port that is open.
   *
   * @param deployment Vert.x's name for its server
   * @param port the number that was bound
   */
  public record Listening(Vertx vertx, String deployment, int port) implements AutoCloseable {
    @Override
    public void close() {
      vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }
  }

  private static final class Listener extends AbstractVerticle {
    private final HttpServerOptions options;
    private final Handler<HttpServerRequest> handler;
    private final AtomicInteger bound;

    Listener(HttpServerOptions options, Handler<HttpServerRequest> handler, AtomicInteger bound) {
      this.options = options;
      this.handler = handler;
      this.bound = bound;
    }

    @Override
    public void start(Promise<Void> started) {
      vertx
          .createHttpServer(options)
          .requestHandler(handler)
          .listen()
          .onSuccess(listening -> bound.set(listening.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }
}
