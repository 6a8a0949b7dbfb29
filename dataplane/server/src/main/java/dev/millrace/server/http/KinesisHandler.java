// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import dev.millrace.api.error.FailureErrors;
import dev.millrace.api.fanout.Subscription;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.EventMessages;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.audit.AuditSource;
import dev.millrace.protocol.request.RequestIds;
import dev.millrace.protocol.request.StandardHeaders;
import dev.millrace.server.audit.CallPeer;
import dev.millrace.server.http.Dispatcher.Reply;
import dev.millrace.server.port.ByteBudget;
import dev.millrace.server.port.RequestBody;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Handles the HTTP requests of the Kinesis port: reads the body within its bounds, passes it to the
 * dispatcher and sends the answer. Runs on event loops and never blocks them.
 */
public final class KinesisHandler implements Handler<HttpServerRequest> {
  private static final Logger LOG = Logger.getLogger(KinesisHandler.class);

  /** The largest body with a content type of neither codec; such a request is rejected anyway. */
  private static final int OTHER_BODY_BYTES = 1 << 20;

  /**
   * On HTTP/1.1, up to this many bytes of a rejected body are read and discarded before the
   * connection is closed. If it were closed at once, a client that writes its whole request before
   * it reads would get a broken pipe instead of the answer. Four times the largest accepted body.
   */
  private static final int MAX_DRAINED_BYTES = 64 << 20;

  /** For how long the rest of a rejected body is read. */
  private static final int MAX_DRAIN_MILLIS = 10_000;

  private static final String RESET_PATH = "/_millrace/reset";
  private static final int OK = 200;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int PAYLOAD_TOO_LARGE = 413;
  private static final int UNAVAILABLE = 503;

  private final Dispatcher dispatcher;
  private final ByteBudget bodies;
  private final ByteBudget answers;
  private final Supplier<RandomGenerator> random;
  private final Optional<Supplier<CompletionStage<Void>>> reset;
  private final HttpDate date;
  private final RequestDeadlines deadlines;

  /**
   * Creates a handler.
   *
   * @param bodies what requests in flight hold together
   * @param answersBytes the most bytes that answers in flight hold together
   * @param random draws request ids; called on the thread that uses it
   * @param clock for the {@code Date} header, by which SDKs correct their clocks
   * @param reset deletes all data, for test suites: the action of {@code POST /_millrace/reset}
   * @param deadlines for bodies and answers
   */
  public KinesisHandler(
      Dispatcher dispatcher,
      ByteBudget bodies,
      long answersBytes,
      Supplier<RandomGenerator> random,
      InstantSource clock,
      Optional<Supplier<CompletionStage<Void>>> reset,
      RequestDeadlines deadlines) {
    this.deadlines = deadlines;
    this.dispatcher = dispatcher;
    this.bodies = bodies;
    this.answers = new ByteBudget(answersBytes);
    this.random = random;
    this.reset = reset;
    this.date = new HttpDate(clock);
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (reset.isPresent()
        && request.method().equals(HttpMethod.POST)
        && RESET_PATH.equals(request.path())) {
      reset(request, reset.get().get());
    } else {
      new KinesisExchange(request).begin();
    }
  }

  private static void reset(HttpServerRequest request, CompletionStage<Void> done) {
    Context context = Vertx.currentContext();
    done.whenComplete(
        (nothing, failure) ->
            context.runOnContext(
                turn ->
                    request
                        .response()
                        .setStatusCode(failure == null ? OK : UNAVAILABLE)
                        .end(failure == null ? "" : failure + "\n")));
  }

  /** One request and its answer. */
  private final class KinesisExchange implements CallPeer {
    private final HttpServerRequest request;
    private final SocketAddress peer;
    private final Context context = Vertx.currentContext();
    private final RequestIds ids = RequestIds.draw(random.get());
    private final Codec codec;
    private final RequestBody body;
    private boolean rejected;
    private OptionalLong bodyTimer = OptionalLong.empty();
    private long bytesToDrain = MAX_DRAINED_BYTES;

    KinesisExchange(HttpServerRequest request) {
      this.request = request;
      this.peer = request.remoteAddress();
      Optional<Codec> found =
          Optional.ofNullable(request.getHeader("content-type")).flatMap(Codec::ofContentType);
      this.codec = found.orElse(Codec.CBOR);
      this.body = new RequestBody(bodies, found.map(Codec::maxBodyBytes).orElse(OTHER_BODY_BYTES));
    }

    void begin() {
      request.exceptionHandler(
          broken -> {
            stopBodyTimer();
            body.release();
          });
      if (body.isTooLarge(declaredBytes())) {
        reject(tooLarge());
      }
      request.handler(this::chunk);
      request.endHandler(end -> dispatch());
    }

    private long declaredBytes() {
      String length = request.getHeader("content-length");
      return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
    }

    private static WireAnswer tooLarge() {
      return new WireAnswer(PAYLOAD_TOO_LARGE, Optional.empty(), Blob.EMPTY);
    }

    private void chunk(Buffer chunk) {
      if (rejected) {
        bytesToDrain -= chunk.length();
        if (bytesToDrain < 0) {
          closeConnection();
        }
        return;
      }
      switch (body.add(chunk)) {
        case YES -> startBodyTimer();
        case TOO_LARGE -> reject(tooLarge());
        case OVER_BUDGET ->
            reject(
                WireAnswer.error(
                    codec, KinesisError.unavailable("Too many bytes of requests are in flight.")));
      }
    }

    /** Bodies that arrive in one piece with their length, which most are, need no timer. */
    private void startBodyTimer() {
      if (bodyTimer.isEmpty() && body.toBlob().length() != declaredBytes()) {
        bodyTimer =
            OptionalLong.of(context.owner().setTimer(deadlines.bodyMillis(), due -> rejectSlow()));
      }
    }

    /** Nothing is drained: what is left would take as long again. */
    private void rejectSlow() {
      rejected = true;
      if (!isHttp2()) {
        request.response().putHeader("Connection", "close");
      }
      send(new WireAnswer(REQUEST_TIMEOUT, Optional.empty(), Blob.EMPTY))
          .onComplete(sent -> closeConnection());
    }

    private void stopBodyTimer() {
      bodyTimer.ifPresent(context.owner()::cancelTimer);
      bodyTimer = OptionalLong.empty();
    }

    /**
     * Answers before the end of the body and discards the rest. An HTTP/1.1 connection is closed
     * after the rest or when a limit is reached; on HTTP/2 only the stream ends.
     */
    private void reject(WireAnswer answer) {
      stopBodyTimer();
      rejected = true;
      if (!isHttp2()) {
        request.response().putHeader("Connection", "close");
        long timer = context.owner().setTimer(MAX_DRAIN_MILLIS, due -> closeConnection());
        request.connection().closeHandler(closed -> context.owner().cancelTimer(timer));
      }
      send(answer);
    }

    private boolean isHttp2() {
      return request.version() == HttpVersion.HTTP_2;
    }

    private void closeConnection() {
      if (!isHttp2()) {
        request.connection().close();
      }
    }

    private void dispatch() {
      stopBodyTimer();
      if (rejected) {
        closeConnection();
        return;
      }
      answer()
          .whenComplete(
              (reply, failure) ->
                  context.runOnContext(
                      turn -> {
                        switch (reply) {
                          case Reply.Whole(Supplier<WireAnswer> write) ->
                              sendWithinBudget(write.get());
                          case Reply.Events events -> stream(events);
                          case null -> {
                            LOG.errorf(failure, "a request failed");
                            send(WireAnswer.error(codec, FailureErrors.internalFailure()));
                          }
                        }
                      }));
    }

    /** Whatever is thrown is an answer too: without one the client waits until it gives up. */
    private CompletionStage<Reply> answer() {
      try {
        return dispatcher.answer(wire(), this);
      } catch (RuntimeException e) {
        return CompletableFuture.failedStage(e);
      }
    }

    private void stream(Reply.Events events) {
      HttpServerResponse response = request.response();
      EventStream stream = new EventStream(response, context);
      Subscription subscription = events.subscribe().apply(stream);
      if (response.ended() || response.closed()) {
        subscription.cancel();
        return;
      }
      StandardHeaders.of(wire(), ids).forEach(response::putHeader);
      response.putHeader("Content-Type", EventMessages.CONTENT_TYPE);
      response.putHeader("Date", date.text());
      body.release();
      stream.open(subscription);
    }

    private WireRequest wire() {
      return new WireRequest(
          ids.requestId(),
          request.method().name(),
          request.path() == null ? "/" : request.path(),
          request.query() == null ? "" : request.query(),
          this::header,
          body.toBlob());
    }

    @Override
    public String address() {
      return peer.hostAddress();
    }

    @Override
    public Optional<AuditSource.TlsCipher> tls() {
      return Optional.ofNullable(request.connection().sslSession())
          .map(tls -> new AuditSource.TlsCipher(tls.getProtocol(), tls.getCipherSuite()));
    }

    private List<String> header(String name) {
      if (name.equals("host") && request.authority() != null) {
        return List.of(request.authority().toString());
      }
      return request.headers().getAll(name);
    }

    private void sendWithinBudget(WireAnswer answer) {
      int bytes = answer.body().length();
      if (!answers.tryTake(bytes)) {
        send(
            WireAnswer.error(
                codec, KinesisError.unavailable("Too many bytes of answers are in flight.")));
        return;
      }
      Future<Void> sent = send(answer).onComplete(done -> answers.giveBack(bytes));
      if (!sent.isComplete()) {
        long timer = context.owner().setTimer(deadlines.answerMillis(), due -> giveUp());
        sent.onComplete(done -> context.owner().cancelTimer(timer));
      }
    }

    /** Of an answer that the client does not take. */
    private void giveUp() {
      if (isHttp2()) {
        request.response().reset(Http2Error.CANCEL.code());
      } else if (request.connection() instanceof ConnectionBase connection) {
        // Past the handler of Vert.x, which would close it behind what waits to be written.
        connection.channelHandlerContext().close();
      }
    }

    private Future<Void> send(WireAnswer answer) {
      HttpServerResponse response = request.response();
      response.setStatusCode(answer.status());
      StandardHeaders.of(wire(), ids).forEach(response::putHeader);
      answer.contentType().ifPresent(type -> response.putHeader("Content-Type", type));
      response.putHeader("Date", date.text());
      Buffer bytes =
          BufferImpl.buffer(
              Unpooled.wrappedBuffer(
                  answer.body().array(), answer.body().offset(), answer.body().length()));
      body.release();
      return response.end(bytes);
    }
  }
}
