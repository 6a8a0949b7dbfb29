// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.StreamModeDetailsShape;
import dev.millrace.protocol.shape.UpdateStreamModeInput;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Switches between provisioned and on-demand mode; the shards do not change.
 *
 * @param editor changes the stream
 * @param quota limits the number of streams in on-demand mode
 * @param account determines whether the account has a commitment
 * @param clock determines whether the commitment is still in force
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamMode.html">UpdateStreamMode</a>
 */
public record UpdateStreamModeAction(
    StreamEditor editor, AccountQuota quota, AccountStore account, InstantSource clock)
    implements Action {
  @Override
  public Operation operation() {
    return Operation.UPDATE_STREAM_MODE;
  }

  @Override
  public StructureShape input() {
    return UpdateStreamModeInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    StreamMode mode =
        StreamMode.valueOf(
            input
                .get(UpdateStreamModeInput.STREAM_MODE_DETAILS)
                .get(StreamModeDetailsShape.STREAM_MODE));
    Optional<Integer> warm = input.find(UpdateStreamModeInput.WARM_THROUGHPUT_MIBPS);
    return editor.edit(
        Optional.empty(),
        Optional.of(input.get(UpdateStreamModeInput.STREAM_ARN)),
        stream ->
            editor
                .active(stream)
                .then(is -> check(is, mode, warm))
                .then(is -> Checked.good(Edit.silent(switched(is, mode, warm)))));
  }

  private Checked<StreamDefinition> check(
      StreamDefinition stream, StreamMode mode, Optional<Integer> warm) {
    if (mode == StreamMode.PROVISIONED && warm.isPresent()) {
      return Checked.bad(
          KinesisError.validation(
              "WarmThroughputMiBps can only be given when switching to ON_DEMAND."));
    }
    if (mode == StreamMode.ON_DEMAND) {
      Checked<StreamDefinition> allowed =
          stream.settings().mode() == mode ? Checked.good(stream) : quota.checkOnDemand(stream);
      return warm.isEmpty()
          ? allowed
          : allowed.then(is -> new WarmThroughputChecks(account, clock).check(warm.get(), is));
    }
    return mode == StreamMode.PROVISIONED
            && stream.settings().distribution() == RecordDistribution.AUTO
        ? Checked.bad(
            KinesisError.invalidArgument(
                "Stream %s has RecordDistributionStrategy AUTO, which needs mode ON_DEMAND."
                    .formatted(stream.name())))
        : Checked.good(stream);
  }

  private static StreamDefinition switched(
      StreamDefinition stream, StreamMode mode, Optional<Integer> warm) {
    StreamSettings settings = stream.settings().withMode(mode);
    return stream.withSettings(
        mode == StreamMode.PROVISIONED
            ? settings.withWarmThroughput(Optional.empty())
            : settings.withWarmThroughput(warm.or(settings::warmThroughputMiBps)));
  }
}
