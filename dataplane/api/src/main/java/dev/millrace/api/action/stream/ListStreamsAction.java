// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.Paging;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.PageToken;
import dev.millrace.core.error.Checked;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListStreamsInput;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Lists the streams by name, page by page.
 *
 * @param streams looks up streams
 * @param paging decodes and creates page tokens
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html">ListStreams</a>
 */
public record ListStreamsAction(StreamLookup streams, Paging paging) implements Action {
  private static final int STREAM_BYTES = 512;

  @Override
  public Operation operation() {
    return Operation.LIST_STREAMS;
  }

  @Override
  public StructureShape input() {
    return ListStreamsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    int limit =
        Math.min(
            input.getOr(ListStreamsInput.LIMIT, ServiceLimits.DESCRIBE_PAGE),
            ServiceLimits.DESCRIBE_PAGE);
    return after(input).<Answer>fold(after -> list(after, limit), Answer.Failure::new).now();
  }

  private Checked<String> after(Structure input) {
    return input
        .find(ListStreamsInput.NEXT_TOKEN)
        .map(
            token ->
                paging
                    .read(PageToken.Listing.STREAMS, token)
                    .then(page -> Checked.good(page.after())))
        .orElseGet(
            () -> Checked.good(input.getOr(ListStreamsInput.EXCLUSIVE_START_STREAM_NAME, "")));
  }

  private Answer list(String after, int limit) {
    List<StreamDefinition> rest =
        streams.catalogue().streams().values().stream()
            .map(CatalogueEntry::definition)
            .filter(stream -> stream.name().text().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    boolean more = rest.size() > limit;
    List<StreamDefinition> page = more ? rest.subList(0, limit) : rest;
    return new Answer.Success(
        128 + page.size() * STREAM_BYTES,
        out -> {
          out.startList("StreamNames");
          page.forEach(stream -> out.text(stream.name().text()));
          out.end();
          out.bool("HasMoreStreams", more);
          if (more) {
            out.text(
                "NextToken",
                paging.next(PageToken.Listing.STREAMS, "", page.getLast().name().text()));
          }
          out.startList("StreamSummaries");
          for (StreamDefinition stream : page) {
            out.startStructure();
            StreamMembers.identity(out, streams, stream);
            out.end();
          }
          out.end();
        });
  }
}
