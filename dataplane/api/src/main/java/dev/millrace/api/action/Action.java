// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action;

import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Implements one operation of the service. The constraints of its input are checked before it is
 * performed.
 */
public interface Action {
  Operation operation();

  /** The shape of its input. */
  StructureShape input();

  /**
   * Members that this request requires although they are optional in the model.
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
