// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import dev.millrace.api.fanout.EventSink;
import dev.millrace.api.fanout.Subscription;
import dev.millrace.protocol.Blob;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes events to a response, as DATA frames of HTTP/2 or chunks of HTTP/1.1. Events wait in a
 * bounded queue for a slow client; while it is full, the stream is not ready for more.
 */
final class EventStream implements EventSink {
  /** Bytes that may wait for a slow client. */
  private static final int QUEUE_BYTES = 256 << 10;

  private final HttpServerResponse response;
  private final Context context;

  EventStream(HttpServerResponse response, Context context) {
    this.response = response;
    this.context = context;
  }

  /** Starts the subscription, which ends when the client disconnects. */
  void open(Subscription subscription) {
    response.setChunked(true);
    response.setWriteQueueMaxSize(QUEUE_BYTES);
    response.exceptionHandler(broken -> subscription.cancel());
    response.closeHandler(closed -> subscription.cancel());
    subscription.begin();
  }

  private boolean isOpen() {
    return !response.ended() && !response.closed();
  }

  @Override
  public void send(Blob message) {
    if (isOpen()) {
      response.write(
          BufferImpl.buffer(
              Unpooled.wrappedBuffer(message.array(), message.offset(), message.length())));
    }
  }

  @Override
  public boolean isReady() {
    return !response.writeQueueFull();
  }

  @Override
  public void whenReady(Runnable ready) {
    response.drainHandler(
        drained -> {
          response.drainHandler(null);
          ready.run();
        });
  }

  @Override
  public void end() {
    if (isOpen()) {
      response.end();
    }
  }

  @Override
  public void run(Runnable task) {
    context.runOnContext(turn -> task.run());
  }

  @Override
  public Runnable runAfter(long millis, Runnable task) {
    long timer = context.owner().setTimer(Math.max(1, millis), due -> run(task));
    return () -> context.owner().cancelTimer(timer);
  }
}
