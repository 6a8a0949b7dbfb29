// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.tag;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListTagsForStreamInput;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * Lists the tags of a stream by key, page by page.
 *
 * @param streams looks up streams
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForStream.html">ListTagsForStream</a>
 */
public record ListTagsForStreamAction(StreamLookup streams) implements Action {
  @Override
  public Operation operation() {
    return Operation.LIST_TAGS_FOR_STREAM;
  }

  @Override
  public StructureShape input() {
    return ListTagsForStreamInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    int limit = input.getOr(ListTagsForStreamInput.LIMIT, ServiceLimits.TAGS_PAGE);
    String after = input.getOr(ListTagsForStreamInput.EXCLUSIVE_START_TAG_KEY, "");
    return streams
        .find(
            input.find(ListTagsForStreamInput.STREAM_NAME),
            input.find(ListTagsForStreamInput.STREAM_ARN))
        .<Answer>fold(
            entry -> list(entry.definition().settings().tags(), after, limit), Answer.Failure::new)
        .now();
  }

  private static Answer list(SortedMap<String, String> tags, String after, int limit) {
    SortedMap<String, String> rest = new TreeMap<>(tags.tailMap(after));
    rest.remove(after);
    SortedMap<String, String> page = new TreeMap<>();
    rest.entrySet().stream().limit(limit).forEach(tag -> page.put(tag.getKey(), tag.getValue()));
    return new Answer.Success(
        2048,
        out -> {
          TagChecks.write(out, page);
          out.bool("HasMoreTags", rest.size() > page.size());
        });
  }
}
