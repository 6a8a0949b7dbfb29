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
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.IncreaseStreamRetentionPeriodInput;
import java.util.concurrent.CompletionStage;

/**
 * Lengthens the retention period; records that have already expired are not restored.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html">IncreaseStreamRetentionPeriod</a>
 */
public record IncreaseStreamRetentionPeriodAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.INCREASE_STREAM_RETENTION_PERIOD;
  }

  @Override
  public StructureShape input() {
    return IncreaseStreamRetentionPeriodInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    int hours = input.get(IncreaseStreamRetentionPeriodInput.RETENTION_PERIOD_HOURS);
    return editor.edit(
        input.find(IncreaseStreamRetentionPeriodInput.STREAM_NAME),
        input.find(IncreaseStreamRetentionPeriodInput.STREAM_ARN),
        stream ->
            RetentionPeriodChecks.check(hours, stream)
                .then(editor::active)
                .then(is -> check(hours, is))
                .then(
                    is ->
                        Checked.good(
                            Edit.silent(
                                is.withSettings(is.settings().withRetentionHours(hours))))));
  }

  private static Checked<StreamDefinition> check(int hours, StreamDefinition is) {
    return hours < is.settings().retentionHours()
        ? Checked.bad(
            KinesisError.invalidArgument(
                "Requested retention period (%d hours) for stream %s can not be shorter than existing retention period (%d hours). Use DecreaseRetentionPeriod API."
                    .formatted(hours, is.name(), is.settings().retentionHours())))
        : Checked.good(is);
  }
}
