package dev.millrace.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SslChannelProvider;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A Vert.x HTTP server that takes every form of the protocol on one socket: HTTP/1.1 and HTTP/2 by
 * prior knowledge, each in clear text and over TLS, with and without ALPN.
 *
 * <p>Vert.x's server looks for the HTTP/2 preface on clear connections only, while the AWS SDK for
 * Java sends it over TLS too, without ALPN. So TLS is ended here, before the server's own pipeline:
 * the first byte tells a TLS handshake from HTTP, and what is behind it is the server's clear text
 * pipeline in both cases. See {@code docs/adr/0004-one-port.md}.
 */
final class OnePortServer extends HttpServerImpl {
  private static final int TLS_HANDSHAKE = 22;

  private final SslContext tls;
  private final ConnectionLimit connections;
  private final long idleSeconds;

  /**
   * A server that does not listen yet.
   *
   * @param options without SSL
   * @param tls what a TLS handshake is answered with
   * @param connections shared by all servers of the port
   */
  OnePortServer(
      VertxInternal vertx, HttpServerOptions options, SslContext tls, ConnectionLimit connections) {
    super(vertx, options);
    if (options.isSsl() || !options.isHttp2ClearTextEnabled()) {
      throw new IllegalArgumentException(
          "the one-port server needs clear text options with HTTP/2, since it ends TLS itself");
    }
    this.tls = tls;
    this.connections = connections;
    this.idleSeconds = options.getIdleTimeoutUnit().toSeconds(options.getIdleTimeout());
  }

  @Override
  protected BiConsumer<Channel, SslChannelProvider> childHandler(
      ContextInternal context, SocketAddress address, GlobalTrafficShapingHandler shaping) {
    BiConsumer<Channel, SslChannelProvider> http = super.childHandler(context, address, shaping);
    return (channel, provider) -> {
      if (connections.admit(channel)) {
        channel
            .pipeline()
            .addLast("silent", new IdleStateHandler(0, 0, idleSeconds, TimeUnit.SECONDS))
            .addLast("form", new FormDetector(channel, () -> http.accept(channel, provider)));
      }
    };
  }

  /** Waits for the first byte, puts TLS in front if it is a handshake's, and hands on to HTTP. */
  private final class FormDetector extends ByteToMessageDecoder {
    private final Channel channel;
    private final Runnable http;

    FormDetector(Channel channel, Runnable http) {
      this.channel = channel;
      this.http = http;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      if (in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
        channel.pipeline().addLast("tls", tls.newHandler(channel.alloc()));
      }
      http.run();
      channel.pipeline().remove("silent");
      // Removal passes on what was read, to the TLS handler or straight to HTTP.
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
