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
import dev.millrace.protocol.shape.AddTagsToStreamInput;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Adds tags to a stream or changes their values.
 *
 * @param editor changes the stream
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html">AddTagsToStream</a>
 */
public record AddTagsToStreamAction(StreamEditor editor) implements Action {
  @Override
  public Operation operation() {
    return Operation.ADD_TAGS_TO_STREAM;
  }

  @Override
  public StructureShape input() {
    return AddTagsToStreamInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    Map<String, String> tags = input.get(AddTagsToStreamInput.TAGS);
    return editor.edit(
        input.find(AddTagsToStreamInput.STREAM_NAME),
        input.find(AddTagsToStreamInput.STREAM_ARN),
        stream ->
            TagChecks.check(tags, "stream " + stream.name(), editor.streams().account(), stream)
                .then(editor::serving)
                .then(is -> add(is, tags)));
  }

  private Checked<Edit> add(StreamDefinition stream, Map<String, String> tags) {
    return TagChecks.added(
            stream.settings().tags(), tags, "stream " + stream.name(), editor.streams().account())
        .then(
            after ->
                Checked.good(Edit.silent(stream.withSettings(stream.settings().withTags(after)))));
  }
}
