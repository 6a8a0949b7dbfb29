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
import dev.millrace.protocol.shape.TagResourceInput;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Adds tags to a stream or a consumer.
 *
 * @param resources changes the resource that an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html">TagResource</a>
 */
public record TagResourceAction(ResourceEditor resources) implements Action {
  @Override
  public Operation operation() {
    return Operation.TAG_RESOURCE;
  }

  @Override
  public StructureShape input() {
    return TagResourceInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Map<String, String> tags = call.input().get(TagResourceInput.TAGS);
    return resources.edit(
        call.input().get(TagResourceInput.RESOURCE_ARN),
        resource ->
            TagChecks.check(
                    tags, resource.description(), resources.editor().streams().account(), resource)
                .then(
                    is ->
                        TagChecks.added(
                            is.tags(),
                            tags,
                            is.description(),
                            resources.editor().streams().account()))
                .then(after -> Checked.good(Edit.silent(resource.withTags(after)))));
  }
}
