// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.StartStreamEncryptionInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sets the key that records are to be encrypted with.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html">StartStreamEncryption</a>
 */
public record StartStreamEncryptionAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.START_STREAM_ENCRYPTION;
  }

  @Override
  public StructureShape input() {
    return StartStreamEncryptionInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    String key = input.get(StartStreamEncryptionInput.KEY_ID);
    if (!input.get(StartStreamEncryptionInput.ENCRYPTION_TYPE).equals("KMS")) {
      return new Answer.Failure(
              KinesisError.invalidArgument("EncryptionType must be KMS, found NONE."))
          .now();
    }
    return editor.edit(
        input.find(StartStreamEncryptionInput.STREAM_NAME),
        input.find(StartStreamEncryptionInput.STREAM_ARN),
        stream ->
            editor
                .active(stream)
                .then(
                    is ->
                        Checked.good(
                            Edit.silent(
                                is.withSettings(is.settings().withKeyId(Optional.of(key)))))));
  }
}
