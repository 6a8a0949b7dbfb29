// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.port;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A listening port, served by one or more event loops.
 *
 * @param deployment Vert.x's name for its servers
 * @param number the port that was bound
 */
public record OpenPort(Vertx vertx, String deployment, int number) implements AutoCloseable {

  /**
   * Opens a port.
   *
   * @param eventLoops servers behind the port, each on an event loop of its own
   * @param server creates one of them; all must bind the same port
   * @return fails when the port is in use
   */
  public static Future<OpenPort> open(
      Vertx vertx,
      int eventLoops,
      Function<Vertx, HttpServer> server,
      Handler<HttpServerRequest> handler) {
    AtomicInteger bound = new AtomicInteger();
    return vertx
        .deployVerticle(
            () -> new Server(server, handler, bound),
            new DeploymentOptions().setInstances(eventLoops))
        .map(id -> new OpenPort(vertx, id, bound.get()));
  }

  /** Accepts no more connections and closes those that are open. */
  @Override
  public void close() {
    vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
  }

  private static final class Server extends AbstractVerticle {
    private final Function<Vertx, HttpServer> server;
    private final Handler<HttpServerRequest> handler;
    private final AtomicInteger bound;

    Server(
        Function<Vertx, HttpServer> server,
        Handler<HttpServerRequest> handler,
        AtomicInteger bound) {
      this.server = server;
      this.handler = handler;
      this.bound = bound;
    }

    @Override
    public void start(Promise<Void> started) {
      server
          .apply(vertx)
          .requestHandler(handler)
          .listen()
          .onSuccess(listening -> bound.set(listening.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }
}
