// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.api.fanout.EventSink;
import dev.millrace.api.fanout.Subscription;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.answer.WireWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** What an action answers. */
public sealed interface Answer {
  /**
   * Success.
   *
   * @param expectedBytes a guess at the body's size
   * @param members writes the members of the output, not its braces
   */
  record Success(int expectedBytes, Consumer<WireWriter> members) implements Answer {}

  /**
   * Success whose body is written already, on a thread that may take its time.
   *
   * @param body in the call's codec
   */
  record Encoded(Blob body) implements Answer {}

  /**
   * Success that goes on: a stream of events.
   *
   * @param subscribe called on the stream's thread; an error becomes the whole answer
   */
  record Streaming(Function<EventSink, Checked<Subscription>> subscribe) implements Answer {}

  /** Success of an operation without output. */
  record Empty() implements Answer {}

  /**
   * Failure.
   *
   * @param error what the client gets
   */
  record Failure(KinesisError error) implements Answer {}

  /** A stage that is completed with this. */
  default CompletionStage<Answer> now() {
    return CompletableFuture.completedStage(this);
  }
}
