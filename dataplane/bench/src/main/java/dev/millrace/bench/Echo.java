// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;

/** The baseline for the load tests: a Vert.x HTTP server that returns the body of the request. */
public final class Echo extends AbstractVerticle {
  private static final int EVENT_LOOPS = 2;
  private static final int PORT = 45_670;

  public static void main(String... arguments) {
    Vertx.vertx()
        .deployVerticle(Echo::new, new DeploymentOptions().setInstances(EVENT_LOOPS))
        .onSuccess(id -> System.out.println("listening on http://127.0.0.1:" + PORT + " (echo)"));
  }

  @Override
  public void start(Promise<Void> started) {
    vertx
        .createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setMaxChunkSize(64 * 1024))
        .requestHandler(request -> request.body().onSuccess(body -> request.response().end(body)))
        .listen(PORT, "127.0.0.1")
        .<Void>mapEmpty()
        .onComplete(started);
  }
}
