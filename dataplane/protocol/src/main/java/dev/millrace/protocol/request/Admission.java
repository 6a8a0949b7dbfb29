// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.answer.WireAnswer;
import dev.millrace.protocol.audit.AuditedAnswer;
import dev.millrace.protocol.auth.Signer;
import java.util.Optional;

/** The result of {@link RequestGate#admit}. */
public sealed interface Admission {
  /**
   * The request may be passed to its operation.
   *
   * @param operation an operation of the service model; the server may not implement it
   * @param codec the encoding of the body, and of the answer
   * @param signer who signed the request; absent if signatures are not required
   */
  record Admitted(Operation operation, Codec codec, Optional<Signer> signer) implements Admission {}

  /**
   * The request needs no operation: it is rejected, a CORS preflight or GetCallerIdentity.
   *
   * @param answer the answer, without the headers of {@link StandardHeaders}
   * @param audited what an audit records of it: a signature that was refused, or GetCallerIdentity
   */
  record Answered(WireAnswer answer, Optional<AuditedAnswer> audited) implements Admission {
    /** An answer to what is no call of anybody. */
    Answered(WireAnswer answer) {
      this(answer, Optional.empty());
    }
  }
}
