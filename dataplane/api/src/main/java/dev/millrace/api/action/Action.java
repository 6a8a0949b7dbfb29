// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One operation of the service. Its constraints are checked before it is performed. */
public interface Action {
  /** Which operation. */
  Operation operation();

  /** The shape of its input. */
  StructureShape input();

  /**
   * Members that this request cannot do without although the model lets them be absent.
   *
   * @param input decoded, not yet checked
   */
  default List<Member<?>> alsoRequired(Structure input) {
    return List.of();
  }

  /**
   * Performs the operation. Called on an event loop, so it must not block; the stage may complete
   * on any thread. A stage that fails becomes the client's InternalFailure or ServiceUnavailable.
   */
  CompletionStage<Answer> perform(Call call);
}
