package dev.millrace.protocol.request;

import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.answer.WireAnswer;
import java.util.Optional;

/** What became of a request at the gate. */
public sealed interface Admission {
  /**
   * It goes to an operation.
   *
   * @param operation which one; the server may not have it yet
   * @param codec how the body is encoded and the answer has to be
   * @param accessKeyId who signed it; absent if signatures are not asked for
   */
  record Accepted(Operation operation, Codec codec, Optional<String> accessKeyId)
      implements Admission {}

  /**
   * It was answered at the gate: refused, or a CORS preflight.
   *
   * @param answer the answer, still without the headers of {@link StandardHeaders}
   */
  record Answered(WireAnswer answer) implements Admission {}
}
