// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.LeaderMove;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.protocol.Blob;
import dev.millrace.server.port.ByteBudget;
import dev.millrace.server.port.RequestBody;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * One request to a shard pod after the other: calls about shards ({@code POST /shard/…}, bytes), of
 * other members ({@code POST /member/…}, bytes), and the operator's documents ({@code /admin/…},
 * JSON).
 */
public final class RpcHandler implements Handler<HttpServerRequest> {
  private static final Logger LOG = Logger.getLogger(RpcHandler.class);

  /** The most that one call to append takes: ten MiB of records and what stands around each. */
  private static final int BODY_BYTES = 16 << 20;

  /** Called by the operator and, once a reshard has begun, by the leader that coordinates it. */
  private static final String TERM = "POST " + PodTerms.PATH;

  private static final String RESHARD = "POST " + PodReshardCalls.PATH;

  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PAYLOAD_TOO_LARGE = 413;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final ShardCalls calls;
  private final MemberCalls members;
  private final PodAdmin admin;
  private final ByteBudget bodies;
  private final Optional<InternalTls> tls;

  /**
   * A handler.
   *
   * @param bodies what requests in flight hold together
   * @param tls knows who may call what; without it everybody may call everything
   */
  public RpcHandler(
      ShardCalls calls,
      MemberCalls members,
      PodAdmin admin,
      ByteBudget bodies,
      Optional<InternalTls> tls) {
    this.tls = tls;
    this.members = members;
    this.calls = calls;
    this.admin = admin;
    this.bodies = bodies;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestBody body = new RequestBody(bodies, BODY_BYTES);
    Exchange exchange = new Exchange(request, body, Vertx.currentContext());
    request.exceptionHandler(broken -> body.release());
    request.handler(exchange::chunk);
    request.endHandler(end -> exchange.whole());
    tls.flatMap(
            certificates -> certificates.refusal(request.connection().sslSession(), path(request)))
        .ifPresent(exchange::forbid);
  }

  private static String path(HttpServerRequest request) {
    return request.path() == null ? "/" : request.path();
  }

  private final class Exchange {
    private final HttpServerRequest request;
    private final RequestBody body;
    private final Context context;
    private boolean refused;

    Exchange(HttpServerRequest request, RequestBody body, Context context) {
      this.request = request;
      this.body = body;
      this.context = context;
    }

    void forbid(String why) {
      refused = true;
      reject(FORBIDDEN, why);
    }

    void chunk(Buffer chunk) {
      if (refused) {
        return;
      }
      RequestBody.Added added = body.add(chunk);
      if (added != RequestBody.Added.YES) {
        refused = true;
        send(
            added == RequestBody.Added.TOO_LARGE ? PAYLOAD_TOO_LARGE : UNAVAILABLE,
            Buffer.buffer());
      }
    }

    void whole() {
      if (refused) {
        return;
      }
      String path = path(request);
      switch (request.method().name() + " " + path) {
        case "GET /admin/report" -> send(OK, JsonObject.mapFrom(admin.report()).toBuffer());
        case "PUT /admin/group" -> document(GroupFormation.class, admin::form);
        case "PUT /admin/members" -> document(MemberAdmission.class, admin::admit);
        case "PUT /admin/leader" -> document(LeaderMove.class, admin::moveLeader);
        case "PUT /admin/loss" -> document(AcceptedLoss.class, admin::acceptLoss);
        case TERM -> term();
        case RESHARD -> reshard();
        case "PUT /admin/assignment" -> document(PodAssignment.class, admin::assign);
        case "PUT /admin/publication" -> document(StreamPublication.class, admin::publish);
        default -> call(path);
      }
    }

    private void term() {
      Blob blob = body.toBlob();
      Optional<UUID> member =
          PodTerms.member(ByteBuffer.wrap(blob.array(), blob.offset(), blob.length()));
      if (member.isEmpty()) {
        reject(
            BAD_REQUEST,
            "a member's id of 16 bytes was expected, found %d bytes".formatted(blob.length()));
        return;
      }
      OptionalLong term = admin.term(member.get());
      if (term.isPresent()) {
        send(OK, PodTerms.encode(term.getAsLong()));
      } else {
        reject(UNAVAILABLE, "member %s is not started here".formatted(member.get()));
      }
    }

    private void call(String path) {
      Blob blob = body.toBlob();
      ByteBuffer question = ByteBuffer.wrap(blob.array(), blob.offset(), blob.length()).slice();
      Optional<CompletionStage<ByteBuffer>> answer =
          calls.answer(path, question).or(() -> members.answer(path, question));
      if (answer.isEmpty()) {
        send(NOT_FOUND, Buffer.buffer("no such path\n"));
        return;
      }
      answer
          .get()
          .whenComplete(
              (bytes, failure) ->
                  context.runOnContext(
                      turn -> {
                        Throwable cause =
                            failure == null ? null : CompletionFailures.cause(failure);
                        if (failure == null) {
                          send(OK, BufferImpl.buffer(Unpooled.wrappedBuffer(bytes)));
                        } else if (cause instanceof IllegalArgumentException bad) {
                          reject(BAD_REQUEST, String.valueOf(bad.getMessage()));
                        } else if (path.startsWith(MemberFormat.PREFIX)) {
                          reject(UNAVAILABLE, String.valueOf(cause));
                        } else {
                          LOG.errorf(failure, "%s failed", path);
                          send(INTERNAL_ERROR, Buffer.buffer());
                        }
                      }));
    }

    private JsonObject json() {
      Blob blob = body.toBlob();
      Buffer text = Buffer.buffer(blob.length());
      text.appendBytes(blob.array(), blob.offset(), blob.length());
      return new JsonObject(text);
    }

    private void reshard() {
      ReshardStep step;
      try {
        step = json().mapTo(ReshardStep.class);
      } catch (DecodeException | IllegalArgumentException e) {
        reject(BAD_REQUEST, "ReshardStep cannot be read: " + e.getMessage());
        return;
      }
      admin
          .reshard(step)
          .whenComplete(
              (progress, failure) ->
                  context.runOnContext(
                      turn -> {
                        if (failure == null) {
                          send(OK, JsonObject.mapFrom(progress).toBuffer());
                        } else {
                          reject(
                              UNAVAILABLE,
                              String.valueOf(CompletionFailures.cause(failure).getMessage()));
                        }
                      }));
    }

    private <T> void document(Class<T> type, Function<T, CompletionStage<AdminResult>> act) {
      CompletionStage<AdminResult> done;
      try {
        done = act.apply(json().mapTo(type));
      } catch (DecodeException | IllegalArgumentException e) {
        done =
            CompletableFuture.completedStage(
                new AdminResult.BadDocument(
                    type.getSimpleName() + " cannot be read: " + e.getMessage()));
      }
      done.exceptionally(
              failure ->
                  new AdminResult.Unavailable(
                      String.valueOf(CompletionFailures.cause(failure).getMessage())))
          .thenAccept(result -> context.runOnContext(turn -> answer(result)));
    }

    private void answer(AdminResult result) {
      switch (result) {
        case AdminResult.Accomplished done -> send(NO_CONTENT, Buffer.buffer());
        case AdminResult.BadDocument(String message) -> reject(BAD_REQUEST, message);
        case AdminResult.Contradiction(String message) -> reject(CONFLICT, message);
        case AdminResult.Unavailable(String message) -> reject(UNAVAILABLE, message);
      }
    }

    private void reject(int status, String message) {
      LOG.warnf("%s %s was rejected: %s", request.method(), request.path(), message);
      send(status, Buffer.buffer(message + "\n"));
    }

    private void send(int status, Buffer answer) {
      // The log may hold views into a request's bytes until they are written, so the array is not
      // used again; only its share of the budget is given back.
      body.release();
      request.response().setStatusCode(status).end(answer);
    }
  }
}
