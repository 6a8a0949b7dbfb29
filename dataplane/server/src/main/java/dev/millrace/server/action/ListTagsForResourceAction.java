package dev.millrace.server.action;

import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListTagsForResourceInput;
import java.util.concurrent.CompletionStage;

/**
 * Lists the tags of a stream or a consumer.
 *
 * @param resources finds and changes what an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForResource.html">ListTagsForResource</a>
 */
public record ListTagsForResourceAction(Resources resources) implements Action {
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
            resource -> new Answer.Success(2048, out -> Tags.write(out, resource.tags())),
            Answer.Refused::new)
        .now();
  }
}
