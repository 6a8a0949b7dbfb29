// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.api.error.FailureErrors;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.StartStreamEncryptionInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sets the key that records are encrypted with from now on. A key that cannot be used now is
 * refused, and the stream stays as it is.
 *
 * @param editor changes the stream
 * @param cipher knows which keys can be used
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html">StartStreamEncryption</a>
 */
public record StartStreamEncryptionAction(StreamEditor editor, RecordCipher cipher)
    implements Action {
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
    Optional<String> name = input.find(StartStreamEncryptionInput.STREAM_NAME);
    Optional<String> arn = input.find(StartStreamEncryptionInput.STREAM_ARN);
    return editor
        .streams()
        .find(name, arn)
        .then(entry -> editor.active(entry.definition()))
        .fold(
            stream ->
                cipher
                    .check(key)
                    .handle((usable, failure) -> failure)
                    .thenCompose(
                        failure ->
                            failure == null
                                ? start(name, arn, key)
                                : new Answer.Failure(FailureErrors.error(failure)).now()),
            error -> new Answer.Failure(error).now());
  }

  private CompletionStage<Answer> start(Optional<String> name, Optional<String> arn, String key) {
    return editor.edit(
        name,
        arn,
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
