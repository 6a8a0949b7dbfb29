// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.FailureErrors;
import dev.millrace.api.fanout.EventSink;
import dev.millrace.api.fanout.Subscription;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.answer.WireWriter;
import dev.millrace.protocol.request.Admission;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.Validation;
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

/**
 * Answers a complete request: checks it, decodes and validates its body, performs its action and
 * encodes the answer.
 */
public final class Dispatcher {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class);

  private final RequestGate gate;
  private final Map<Operation, Action> actions;
  private final Function<Operation, KinesisError> notServed;
  private final InstantSource clock;

  /**
   * Creates a dispatcher.
   *
   * @param actions the implemented actions; every other operation is rejected
   * @param notServed how
   */
  public Dispatcher(
      RequestGate gate,
      Collection<Action> actions,
      Function<Operation, KinesisError> notServed,
      InstantSource clock) {
    this.gate = gate;
    this.actions =
        actions.stream().collect(Collectors.toMap(Action::operation, Function.identity()));
    this.notServed = notServed;
    this.clock = clock;
  }

  /** Starts to answer a request. Called on an event loop; the stage may complete on any thread. */
  CompletionStage<Reply> answer(WireRequest request) {
    return switch (gate.admit(request, clock.instant())) {
      case Admission.Answered(WireAnswer answer) -> now(answer);
      case Admission.Admitted(Operation operation, Codec codec, Optional<String> caller) ->
          Optional.ofNullable(actions.get(operation))
              .map(action -> perform(action, codec, request))
              .orElseGet(() -> now(WireAnswer.error(codec, notServed.apply(operation))));
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

  private CompletionStage<Reply> perform(Action action, Codec codec, WireRequest request) {
    return switch (action.input().decode(codec, request.body())) {
      case Decoded.Malformed(KinesisError error) -> now(WireAnswer.error(codec, error));
      case Decoded.Input(Structure input) ->
          Validation.check(input, action.alsoRequired(input).toArray(Member<?>[]::new))
              .map(error -> now(WireAnswer.error(codec, error)))
              .orElseGet(() -> perform(action, new Call(input, codec)));
    };
  }

  private static CompletionStage<Reply> perform(Action action, Call call) {
    CompletionStage<Answer> stage;
    try {
      stage = action.perform(call);
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedStage(e);
    }
    return stage.handle(
        (answer, failure) ->
            switch (answer) {
              case Answer.Streaming events -> new Reply.Events(events.subscribe());
              case Answer.Success _, Answer.Encoded _, Answer.Empty _, Answer.Failure _ ->
                  new Reply.Whole(() -> encode(answer, call.codec()));
              case null -> new Reply.Whole(() -> failed(action, call, failure));
            });
  }

  private static WireAnswer failed(Action action, Call call, Throwable failure) {
    KinesisError error = FailureErrors.error(failure);
    if (error.name() == KinesisError.Name.INTERNAL_FAILURE) {
      LOG.errorf(failure, "%s failed", action.operation().text());
    }
    return WireAnswer.error(call.codec(), error);
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
