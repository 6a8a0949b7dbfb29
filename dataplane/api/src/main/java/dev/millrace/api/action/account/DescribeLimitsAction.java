// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.account;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeLimitsInput;
import java.util.concurrent.CompletionStage;

/**
 * Returns the account's limits and the current usage.
 *
 * @param quota the limits and the usage
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html">DescribeLimits</a>
 */
public record DescribeLimitsAction(AccountQuota quota) implements Action {
  @Override
  public Operation operation() {
    return Operation.DESCRIBE_LIMITS;
  }

  @Override
  public StructureShape input() {
    return DescribeLimitsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    int openShards = quota.openShards();
    long onDemandStreams = quota.onDemandStreams();
    return new Answer.Success(
            256,
            out -> {
              out.number("ShardLimit", quota.limit());
              out.number("OpenShardCount", openShards);
              out.number("OnDemandStreamCount", onDemandStreams);
              out.number("OnDemandStreamCountLimit", ServiceLimits.ON_DEMAND_STREAMS);
              out.number("ChannelCount", 0);
              out.number("ChannelCountLimit", 0);
            })
        .now();
  }
}
