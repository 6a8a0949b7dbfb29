// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.tag;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.StreamEditor.Edit;
import dev.millrace.core.error.Checked;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.RemoveTagsFromStreamInput;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Removes tags from a stream.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RemoveTagsFromStream.html">RemoveTagsFromStream</a>
 */
public record RemoveTagsFromStreamAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.REMOVE_TAGS_FROM_STREAM;
  }

  @Override
  public StructureShape input() {
    return RemoveTagsFromStreamInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    List<String> keys = input.get(RemoveTagsFromStreamInput.TAG_KEYS);
    return editor.edit(
        input.find(RemoveTagsFromStreamInput.STREAM_NAME),
        input.find(RemoveTagsFromStreamInput.STREAM_ARN),
        stream -> editor.serving(stream).then(is -> remove(is, keys)));
  }

  private Checked<Edit> remove(StreamDefinition stream, List<String> keys) {
    return TagChecks.removed(
            stream.settings().tags(), keys, "stream " + stream.name(), editor.streams().account())
        .then(
            after ->
                Checked.good(Edit.silent(stream.withSettings(stream.settings().withTags(after)))));
  }
}
