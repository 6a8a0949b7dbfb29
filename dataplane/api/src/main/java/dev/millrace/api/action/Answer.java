// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.fanout.EventSink;
import dev.millrace.api.fanout.Subscription;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.answer.WireWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** The result of an action. */
public sealed interface Answer {
  /**
   * Success.
   *
   * @param expectedBytes expected size of the body, in bytes
   * @param members writes the members of the output, not its braces
   */
  record Success(int expectedBytes, Consumer<WireWriter> members) implements Answer {}

  /**
   * Success with a body that was already encoded, on a thread that may block.
   *
   * @param body in the call's codec
   */
  record Encoded(Blob body) implements Answer {}

  /**
   * Success with a stream of events.
   *
   * @param subscribe called once, on the stream's thread, also when the client has gone away
   */
  record Streaming(Function<EventSink, Subscription> subscribe) implements Answer {}

  /** Success of an operation without output. */
  record Empty() implements Answer {}

  /**
   * Failure.
   *
   * @param error what the client gets
   */
  record Failure(KinesisError error) implements Answer {}

  /** Returns a stage that is completed with this answer. */
  default CompletionStage<Answer> now() {
    return CompletableFuture.completedStage(this);
  }
}
