// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.policy;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.ResourceEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DeleteResourcePolicyInput;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Deletes the policy of a stream or a consumer.
 *
 * @param resources changes the resource that an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteResourcePolicy.html">DeleteResourcePolicy</a>
 */
public record DeleteResourcePolicyAction(ResourceEditor resources) implements Action {
  @Override
  public Operation operation() {
    return Operation.DELETE_RESOURCE_POLICY;
  }

  @Override
  public StructureShape input() {
    return DeleteResourcePolicyInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    String arn = call.input().get(DeleteResourcePolicyInput.RESOURCE_ARN);
    return resources.edit(
        arn,
        resource ->
            resource.policy().isPresent()
                ? Checked.good(Edit.silent(resource.withPolicy(Optional.empty())))
                : Checked.bad(
                    KinesisError.notFound(
                        "No resource policy found for resource ARN " + arn + ".")));
  }
}
