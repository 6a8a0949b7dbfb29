// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.StopStreamEncryptionInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Ends the encryption of new records. What is encrypted stays so, and readable with its key.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StopStreamEncryption.html">StopStreamEncryption</a>
 */
public record StopStreamEncryptionAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.STOP_STREAM_ENCRYPTION;
  }

  @Override
  public StructureShape input() {
    return StopStreamEncryptionInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    String key = input.get(StopStreamEncryptionInput.KEY_ID);
    if (!input.get(StopStreamEncryptionInput.ENCRYPTION_TYPE).equals("KMS")) {
      return new Answer.Failure(
              KinesisError.invalidArgument("EncryptionType must be KMS, found NONE."))
          .now();
    }
    return editor.edit(
        input.find(StopStreamEncryptionInput.STREAM_NAME),
        input.find(StopStreamEncryptionInput.STREAM_ARN),
        stream ->
            editor
                .active(stream)
                .then(
                    is ->
                        is.settings().keyId().isPresent()
                                && !is.settings().keyId().get().equals(key)
                            ? Checked.bad(
                                KinesisError.invalidArgument(
                                    "Stream %s is encrypted with key %s, not %s."
                                        .formatted(
                                            is.name(),
                                            Excerpt.of(is.settings().keyId().get()),
                                            Excerpt.of(key))))
                            : Checked.good(
                                Edit.silent(
                                    is.withSettings(is.settings().withKeyId(Optional.empty()))))));
  }
}
