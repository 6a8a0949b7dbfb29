// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.tag;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.ResourceLookup;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListTagsForResourceInput;
import java.util.concurrent.CompletionStage;

/**
 * Lists the tags of a stream or a consumer.
 *
 * @param resources finds the resource that an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForResource.html">ListTagsForResource</a>
 */
public record ListTagsForResourceAction(ResourceLookup resources) implements Action {
  @Override
  public Operation operation() {
    return Operation.LIST_TAGS_FOR_RESOURCE;
  }

  @Override
  public StructureShape input() {
    return ListTagsForResourceInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    return resources
        .find(call.input().get(ListTagsForResourceInput.RESOURCE_ARN))
        .<Answer>fold(
            resource -> new Answer.Success(2048, out -> TagChecks.write(out, resource.tags())),
            Answer.Failure::new)
        .now();
  }
}
