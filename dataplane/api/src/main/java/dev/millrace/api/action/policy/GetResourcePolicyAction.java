// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.policy;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.ResourceLookup;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.GetResourcePolicyInput;
import java.util.concurrent.CompletionStage;

/**
 * Returns the policy of a stream or a consumer, as it was given.
 *
 * @param resources finds the resource that an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetResourcePolicy.html">GetResourcePolicy</a>
 */
public record GetResourcePolicyAction(ResourceLookup resources) implements Action {
  @Override
  public Operation operation() {
    return Operation.GET_RESOURCE_POLICY;
  }

  @Override
  public StructureShape input() {
    return GetResourcePolicyInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    String arn = call.input().get(GetResourcePolicyInput.RESOURCE_ARN);
    return resources
        .find(arn)
        .<Answer>fold(
            resource ->
                new Answer.Success(
                    1024, out -> out.text("Policy", resource.policy().orElse(PolicyChecks.NONE))),
            Answer.Failure::new)
        .now();
  }
}
