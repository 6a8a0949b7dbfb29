package dev.millrace.server.action;

import dev.millrace.core.error.Checked;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.UntagResourceInput;
import dev.millrace.server.action.StreamEditor.Edit;
import java.util.concurrent.CompletionStage;

/**
 * Removes tags from a stream or a consumer.
 *
 * @param resources finds and changes what an ARN names
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UntagResource.html">UntagResource</a>
 */
public record UntagResourceAction(Resources resources) implements Action {
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
            Tags.removed(
                    resource.tags(),
                    call.input().get(UntagResourceInput.TAG_KEYS),
                    resource.words(),
                    resources.editor().streams().account())
                .then(after -> Checked.good(Edit.silent(resource.withTags(after)))));
  }
}
