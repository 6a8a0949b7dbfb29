package dev.millrace.server.action;

import dev.millrace.core.error.Checked;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.TagResourceInput;
import dev.millrace.server.action.StreamEditor.Edit;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Adds tags to a stream or a consumer.
 *
 * @param resources finds and changes what an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html">TagResource</a>
 */
public record TagResourceAction(Resources resources) implements Action {
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
            Tags.check(tags, resource.words(), resources.editor().streams().account(), resource)
                .then(
                    is ->
                        Tags.added(
                            is.tags(), tags, is.words(), resources.editor().streams().account()))
                .then(after -> Checked.good(Edit.silent(resource.withTags(after)))));
  }
}
