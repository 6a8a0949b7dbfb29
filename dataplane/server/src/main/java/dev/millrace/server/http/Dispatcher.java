// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.error.FailureErrors;
import dev.millrace.api.fanout.EventSink;
import dev.millrace.api.fanout.Subscription;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.answer.WireWriter;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.request.Admission;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.Validation;
import dev.millrace.server.access.AccessControl;
import dev.millrace.server.audit.AuditTrail;
import dev.millrace.server.audit.CallPeer;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers a complete request: checks it, decodes and validates its body, asks the policies,
 * performs its action, records the call if it is one for the audit, and encodes the answer.
 */
public final class Dispatcher {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  private final RequestGate gate;
  private final Map<Operation, Action> actions;
  private final Function<Operation, KinesisError> notServed;
  private final InstantSource clock;
  private final @Nullable AccessControl access;
  private final @Nullable AuditTrail audit;

  /**
   * Creates a dispatcher.
   *
   * @param actions the implemented actions; every other operation is rejected
   * @param notServed how
   * @param access decides what signers may do; absent where requests need no signature
   * @param audit where calls are recorded, if they are
   */
  public Dispatcher(
      RequestGate gate,
      Collection<Action> actions,
      Function<Operation, KinesisError> notServed,
      InstantSource clock,
      Optional<AccessControl> access,
      Optional<AuditTrail> audit) {
    this.gate = gate;
    this.actions =
        actions.stream().collect(Collectors.toMap(Action::operation, Function.identity()));
    this.notServed = notServed;
    this.clock = clock;
    this.access = access.orElse(null);
    this.audit = audit.orElse(null);
  }

  /**
   * Starts to answer a request. Called on an event loop; the stage may complete on any thread.
   *
   * @param peer who sent the request, for the audit
   */
  CompletionStage<Reply> answer(WireRequest request, CallPeer peer) {
    return switch (gate.admit(request, clock.instant())) {
      case Admission.Answered(WireAnswer answer, Optional<AuditedAnswer> audited) -> {
        if (audit != null && audited.isPresent()) {
          audit.record(audited.get(), request, peer);
        }
        yield now(answer);
      }
      case Admission.Admitted admitted -> perform(admitted, request, peer);
    };
  }

  /** The answer to a request, before it is written. */
  sealed interface Reply {
    /**
     * A complete answer.
     *
     * @param write encodes it, which may take a moment; must not be called on the thread that
     *     completed the stage
     */
    record Whole(Supplier<WireAnswer> write) implements Reply {}

    /**
     * An event stream.
     *
     * @param subscribe must be called on the stream's event loop
     */
    record Events(Function<EventSink, Subscription> subscribe) implements Reply {}
  }

  private static CompletionStage<Reply> now(WireAnswer answer) {
    return CompletableFuture.completedStage(new Reply.Whole(() -> answer));
  }

  private CompletionStage<Reply> perform(
      Admission.Admitted admitted, WireRequest request, CallPeer peer) {
    Action action = actions.get(admitted.operation());
    if (action == null) {
      return failed(notServed.apply(admitted.operation()), admitted, null, request, peer);
    }
    return switch (action.input().decode(admitted.codec(), request.body())) {
      case Decoded.Malformed(KinesisError error) -> failed(error, admitted, null, request, peer);
      case Decoded.Input(Structure input) ->
          Validation.check(input, action.alsoRequired(input).toArray(Member<?>[]::new))
              .or(() -> refusal(input, admitted, request, peer))
              .map(error -> failed(error, admitted, input, request, peer))
              .orElseGet(() -> perform(action, input, admitted, request, peer));
    };
  }

  private Optional<KinesisError> refusal(
      Structure input, Admission.Admitted admitted, WireRequest request, CallPeer peer) {
    return access == null
        ? Optional.empty()
        : access.refusal(
            admitted.signer().orElseThrow(), admitted.operation(), input, request.headers(), peer);
  }

  /** The answer to a call that fails before its action. */
  private CompletionStage<Reply> failed(
      KinesisError error,
      Admission.Admitted admitted,
      @Nullable Structure input,
      WireRequest request,
      CallPeer peer) {
    record(admitted, input, error, request, peer);
    return now(WireAnswer.error(admitted.codec(), error));
  }

  private CompletionStage<Reply> perform(
      Action action,
      Structure input,
      Admission.Admitted admitted,
      WireRequest request,
      CallPeer peer) {
    Codec codec = admitted.codec();
    CompletionStage<Answer> stage;
    try {
      stage = action.perform(new Call(input, codec));
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedStage(e);
    }
    return stage.handle(
        (answer, failure) ->
            switch (answer) {
              case Answer.Streaming events -> {
                record(admitted, input, null, request, peer);
                yield new Reply.Events(events.subscribe());
              }
              case Answer.Success _, Answer.Encoded _, Answer.Empty _ -> {
                record(admitted, input, null, request, peer);
                yield new Reply.Whole(() -> encode(answer, codec));
              }
              case Answer.Failure(KinesisError error) -> {
                record(admitted, input, error, request, peer);
                yield new Reply.Whole(() -> WireAnswer.error(codec, error));
              }
              case null -> {
                KinesisError error = unexpected(admitted.operation(), failure);
                record(admitted, input, error, request, peer);
                yield new Reply.Whole(() -> WireAnswer.error(codec, error));
              }
            });
  }

  /** The null parameters cost a data call that succeeds nothing. */
  private void record(
      Admission.Admitted admitted,
      @Nullable Structure input,
      @Nullable KinesisError error,
      WireRequest request,
      CallPeer peer) {
    if (audit != null && AuditTrail.isRecorded(admitted.operation(), error)) {
      audit.record(
          admitted.operation(),
          admitted.signer(),
          Optional.ofNullable(input),
          Optional.ofNullable(error),
          request,
          peer);
    }
  }

  private static KinesisError unexpected(Operation operation, Throwable failure) {
    KinesisError error = FailureErrors.error(failure);
    if (error.name() == KinesisError.Name.INTERNAL_FAILURE) {
      LOG.errorf(failure, "%s failed", operation.text());
    }
    return error;
  }

  private static WireAnswer encode(Answer answer, Codec codec) {
    return switch (answer) {
      case Answer.Failure(KinesisError error) -> WireAnswer.error(codec, error);
      case Answer.Streaming events ->
          throw new IllegalStateException("a stream of events is no whole answer");
      case Answer.Empty empty -> WireAnswer.success(codec);
      case Answer.Encoded encoded -> WireAnswer.success(codec, encoded.body());
      case Answer.Success success -> {
        WireWriter out = new WireWriter(codec, success.expectedBytes());
        out.startStructure();
        success.members().accept(out);
        out.end();
        yield WireAnswer.success(codec, out.finish());
      }
    };
  }
}
