// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.tag;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.ResourceEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.UntagResourceInput;
import java.util.concurrent.CompletionStage;

/**
 * Removes tags from a stream or a consumer.
 *
 * @param resources changes the resource that an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UntagResource.html">UntagResource</a>
 */
public record UntagResourceAction(ResourceEditor resources) implements Action {
  @Override
  public Operation operation() {
    return Operation.UNTAG_RESOURCE;
  }

  @Override
  public StructureShape input() {
    return UntagResourceInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    return resources.edit(
        call.input().get(UntagResourceInput.RESOURCE_ARN),
        resource ->
            TagChecks.removed(
                    resource.tags(),
                    call.input().get(UntagResourceInput.TAG_KEYS),
                    resource.description(),
                    resources.editor().streams().account())
                .then(after -> Checked.good(Edit.silent(resource.withTags(after)))));
  }
}
