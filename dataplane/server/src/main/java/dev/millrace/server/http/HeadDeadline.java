// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that sends the head of a request on HTTP/1.1, or the preface of HTTP/2, too
 * slowly. It stands before the decoder of HTTP and behind that of TLS, and costs nothing for a head
 * that arrives in one piece. Frames of HTTP/2 are not timed: a client may send pings for as long as
 * it has nothing to ask. Confined to the connection's event loop.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<HeadDeadline> OF_CHANNEL =
      AttributeKey.valueOf(HeadDeadline.class, "head-deadline");

  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] TOO_LATE =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final long millis;

  /** How many bytes of the preface the connection has begun with; -1 once it is another one. */
  private int preface;

  private boolean isHttp2;
  private long heads;
  private int unanswered;
  private @Nullable Future<?> deadline;

  private HeadDeadline(long millis) {
    this.millis = millis;
  }

  /** Adds the deadline at the end of a pipeline. */
  static void addTo(Channel channel, long millis) {
    HeadDeadline added = new HeadDeadline(millis);
    channel.attr(OF_CHANNEL).set(added);
    channel.pipeline().addLast("head-deadline", added);
  }

  /** Says that the head of a request is here. */
  static void met(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase connection) {
      Optional.ofNullable(connection.channel().attr(OF_CHANNEL).get())
          .ifPresent(deadline -> deadline.headOf(request));
    }
  }

  private void headOf(HttpServerRequest request) {
    heads++;
    cancel();
    isHttp2 = isHttp2 || request.version() == HttpVersion.HTTP_2;
    if (!isHttp2) {
      unanswered++;
      request.response().endHandler(ended -> unanswered--);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      comparePreface(bytes);
    }
    long before = heads;
    context.fireChannelRead(message);
    boolean partial = !isHttp2 && heads == before && unanswered == 0;
    if (partial && deadline == null) {
      deadline = context.executor().schedule(() -> tooLate(context), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void comparePreface(ByteBuf bytes) {
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && preface >= 0 && !isHttp2; i++) {
      preface = bytes.getByte(i) == HTTP2_PREFACE[preface] ? preface + 1 : -1;
      if (preface == HTTP2_PREFACE.length) {
        isHttp2 = true;
        cancel();
      }
    }
  }

  private static void tooLate(ChannelHandlerContext context) {
    context
        .writeAndFlush(Unpooled.wrappedBuffer(TOO_LATE))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void cancel() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancel();
    context.fireChannelInactive();
  }
}
