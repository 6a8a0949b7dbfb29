// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.policy;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.ResourceEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.PutResourcePolicyInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Attaches a policy to a stream or a consumer and replaces the previous one.
 *
 * @param resources changes the resource that an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html">PutResourcePolicy</a>
 */
public record PutResourcePolicyAction(ResourceEditor resources) implements Action {
  @Override
  public Operation operation() {
    return Operation.PUT_RESOURCE_POLICY;
  }

  @Override
  public StructureShape input() {
    return PutResourcePolicyInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    String policy = call.input().get(PutResourcePolicyInput.POLICY);
    return resources.edit(
        call.input().get(PutResourcePolicyInput.RESOURCE_ARN),
        resource ->
            PolicyChecks.check(policy, resource)
                .then(is -> Checked.good(Edit.silent(is.withPolicy(Optional.of(policy))))));
  }
}
