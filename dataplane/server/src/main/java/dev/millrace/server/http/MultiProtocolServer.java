// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SslChannelProvider;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A Vert.x HTTP server that accepts HTTP/1.1 and HTTP/2 by prior knowledge on one socket, each in
 * clear text and over TLS, with and without ALPN.
 *
 * <p>Vert.x detects the HTTP/2 preface on clear text connections only, but the AWS SDK for Java
 * also sends it over TLS, without ALPN. So this server terminates TLS itself, in front of Vert.x's
 * clear text pipeline; the first byte of a connection shows whether it starts a TLS handshake. See
 * {@code docs/adr/0004-one-port.md}.
 */
final class MultiProtocolServer extends HttpServerImpl {
  private static final int TLS_HANDSHAKE = 22;

  /**
   * Closes a connection that sends nothing. Vert.x adds an "idle" of its own after the first byte.
   */
  private static final String FIRST_BYTE = "first-byte";

  private final SslContext tls;
  private final ConnectionLimit connections;
  private final long headMillis;
  private final long idleSeconds;

  /**
   * Creates a server.
   *
   * @param options must not enable SSL
   * @param tls answers TLS handshakes
   * @param connections shared by all servers of the port
   * @param headMillis as {@link RequestDeadlines#headMillis}
   */
  MultiProtocolServer(
      VertxInternal vertx,
      HttpServerOptions options,
      SslContext tls,
      ConnectionLimit connections,
      long headMillis) {
    super(vertx, options);
    if (options.isSsl() || !options.isHttp2ClearTextEnabled()) {
      throw new IllegalArgumentException(
          "the multi-protocol server needs clear text options with HTTP/2, since it terminates TLS itself");
    }
    this.tls = tls;
    this.connections = connections;
    this.headMillis = headMillis;
    this.idleSeconds = options.getIdleTimeoutUnit().toSeconds(options.getIdleTimeout());
  }

  @Override
  public HttpServer requestHandler(Handler<HttpServerRequest> handler) {
    return super.requestHandler(
        request -> {
          HeadDeadline.met(request);
          handler.handle(request);
        });
  }

  @Override
  protected BiConsumer<Channel, SslChannelProvider> childHandler(
      ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
    BiConsumer<Channel, SslChannelProvider> http = super.childHandler(context, address, shaping);
    return (channel, provider) -> {
      if (connections.admit(channel)) {
        channel
            .pipeline()
            .addLast(FIRST_BYTE, new IdleStateHandler(0, 0, idleSeconds, TimeUnit.SECONDS))
            .addLast(
                "tls-detector", new TlsDetector(channel, () -> http.accept(channel, provider)));
      }
    };
  }

  /**
   * Waits for the first byte, adds the TLS handler if it starts a handshake, then the HTTP
   * handlers.
   */
  private final class TlsDetector extends ByteToMessageDecoder {
    private final Channel channel;
    private final Runnable http;

    TlsDetector(Channel channel, Runnable http) {
      this.channel = channel;
      this.http = http;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      if (in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
        SslHandler handshake = tls.newHandler(channel.alloc());
        handshake.setHandshakeTimeoutMillis(headMillis);
        channel.pipeline().addLast("tls", handshake);
      }
      HeadDeadline.addTo(channel, headMillis);
      http.run();
      channel.pipeline().remove(FIRST_BYTE);
      // Removal passes on what was read, to the TLS handler or to HTTP.
      channel.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (event instanceof IdleStateEvent) {
        context.close();
      } else {
        super.userEventTriggered(context, event);
      }
    }
  }
}
