// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.consumer;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.Paging;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.PageToken;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListStreamConsumersInput;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Lists the consumers of a stream by name, page by page.
 *
 * @param streams looks up streams
 * @param paging decodes and creates page tokens
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html">ListStreamConsumers</a>
 */
public record ListStreamConsumersAction(StreamLookup streams, Paging paging) implements Action {
  @Override
  public Operation operation() {
    return Operation.LIST_STREAM_CONSUMERS;
  }

  @Override
  public StructureShape input() {
    return ListStreamConsumersInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure input = call.input();
    Optional<Instant> created = input.find(ListStreamConsumersInput.STREAM_CREATION_TIMESTAMP);
    Optional<String> token = input.find(ListStreamConsumersInput.NEXT_TOKEN);
    String arn = input.get(ListStreamConsumersInput.STREAM_ARN);
    int limit =
        Math.min(
            input.getOr(ListStreamConsumersInput.MAX_RESULTS, ServiceLimits.DESCRIBE_PAGE),
            ServiceLimits.DESCRIBE_PAGE);
    if (token.isPresent() && created.isPresent()) {
      return new Answer.Failure(
              KinesisError.invalidArgument(
                  "NextToken and StreamCreationTimestamp cannot be provided together."))
          .now();
    }
    return streams
        .find(Optional.empty(), Optional.of(arn))
        .then(entry -> checkCreation(entry.definition(), created))
        .then(
            stream ->
                after(arn, token).then(after -> Checked.good(list(stream, arn, after, limit))))
        .<Answer>fold(answer -> answer, Answer.Failure::new)
        .now();
  }

  private Checked<StreamDefinition> checkCreation(
      StreamDefinition stream, Optional<Instant> created) {
    boolean matches =
        created.isEmpty() || created.get().getEpochSecond() == stream.creationSecond();
    return matches ? Checked.good(stream) : Checked.bad(streams.notFound(stream.name().text()));
  }

  private Checked<String> after(String arn, Optional<String> token) {
    if (token.isEmpty()) {
      return Checked.good("");
    }
    return paging
        .read(PageToken.Listing.CONSUMERS, token.get())
        .then(
            page ->
                page.subject().equals(arn)
                    ? Checked.good(page.after())
                    : Checked.bad(KinesisError.invalidArgument("Invalid NextToken.")));
  }

  private Answer list(StreamDefinition stream, String arn, String after, int limit) {
    List<ConsumerDefinition> rest =
        stream.consumers().values().stream()
            .filter(consumer -> consumer.name().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    boolean more = rest.size() > limit;
    List<ConsumerDefinition> page = more ? rest.subList(0, limit) : rest;
    return new Answer.Success(
        128 + page.size() * 384,
        out -> {
          out.startList("Consumers");
          for (ConsumerDefinition consumer : page) {
            out.startStructure();
            ConsumerMembers.write(out, streams, stream, consumer);
            out.end();
          }
          out.end();
          if (more) {
            out.text(
                "NextToken", paging.next(PageToken.Listing.CONSUMERS, arn, page.getLast().name()));
          }
        });
  }
}
