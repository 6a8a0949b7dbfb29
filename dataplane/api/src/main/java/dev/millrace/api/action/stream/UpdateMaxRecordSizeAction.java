// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.UpdateMaxRecordSizeInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sets the largest record that a stream accepts; stored records are unaffected.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html">UpdateMaxRecordSize</a>
 */
public record UpdateMaxRecordSizeAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.UPDATE_MAX_RECORD_SIZE;
  }

  @Override
  public StructureShape input() {
    return UpdateMaxRecordSizeInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    int kiB = input.get(UpdateMaxRecordSizeInput.MAX_RECORD_SIZE_IN_KIB);
    return editor.edit(
        Optional.empty(),
        input.find(UpdateMaxRecordSizeInput.STREAM_ARN),
        stream ->
            editor
                .active(stream)
                .then(
                    is ->
                        Checked.good(
                            Edit.silent(
                                is.withSettings(is.settings().withMaxRecordSizeKiB(kiB))))));
  }
}
