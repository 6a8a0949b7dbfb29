// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.UpdateStreamRecordDistributionStrategyInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sets what decides the shards of records: their keys, or the service.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html">UpdateStreamRecordDistributionStrategy</a>
 */
public record UpdateStreamRecordDistributionStrategyAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.UPDATE_STREAM_RECORD_DISTRIBUTION_STRATEGY;
  }

  @Override
  public StructureShape input() {
    return UpdateStreamRecordDistributionStrategyInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    RecordDistribution wanted =
        RecordDistribution.valueOf(
            input.get(UpdateStreamRecordDistributionStrategyInput.RECORD_DISTRIBUTION_STRATEGY));
    return editor.edit(
        Optional.empty(),
        Optional.of(input.get(UpdateStreamRecordDistributionStrategyInput.STREAM_ARN)),
        stream ->
            editor
                .active(stream)
                .then(is -> RecordDistributionChecks.check(wanted, is.settings().mode(), is))
                .then(
                    is ->
                        Checked.good(
                            Edit.silent(is.withSettings(is.settings().withDistribution(wanted))))));
  }
}
