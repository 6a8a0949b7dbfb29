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
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.UpdateStreamWarmThroughputInput;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sets the warm throughput of an on-demand stream, which is stored and returned without further
 * effect.
 *
 * @param editor changes the stream
 * @param account determines whether the account has a commitment
 * @param clock determines whether the commitment is still in force
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html">UpdateStreamWarmThroughput</a>
 */
public record UpdateStreamWarmThroughputAction(
    StreamEditor editor, AccountStore account, InstantSource clock) implements Action {
  @Override
  public Operation operation() {
    return Operation.UPDATE_STREAM_WARM_THROUGHPUT;
  }

  @Override
  public StructureShape input() {
    return UpdateStreamWarmThroughputInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    int wanted = input.get(UpdateStreamWarmThroughputInput.WARM_THROUGHPUT_MIBPS);
    return editor.edit(
        input.find(UpdateStreamWarmThroughputInput.STREAM_NAME),
        input.find(UpdateStreamWarmThroughputInput.STREAM_ARN),
        stream ->
            editor
                .active(stream)
                .then(is -> check(is, wanted))
                .then(is -> Checked.good(edit(is, wanted))));
  }

  private Checked<StreamDefinition> check(StreamDefinition stream, int wanted) {
    if (stream.settings().mode() != StreamMode.ON_DEMAND) {
      return Checked.bad(
          KinesisError.validation(
              "Warm throughput needs stream mode ON_DEMAND, stream %s is PROVISIONED."
                  .formatted(stream.name())));
    }
    return new WarmThroughputChecks(account, clock).check(wanted, stream);
  }

  private Edit edit(StreamDefinition stream, int wanted) {
    StreamDefinition next =
        stream.withSettings(stream.settings().withWarmThroughput(Optional.of(wanted)));
    return new Edit(
        next,
        new Answer.Success(
            256,
            out -> {
              out.text("StreamARN", editor.streams().arn(stream.name()));
              out.text("StreamName", stream.name().text());
              StreamMembers.warmThroughput(out, wanted);
            }));
  }
}
