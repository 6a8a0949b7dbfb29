// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.shard;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.Paging;
import dev.millrace.api.action.stream.StreamMembers;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.PageToken;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardSelection;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.ListShardsInput;
import dev.millrace.protocol.shape.ShardFilter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Lists a stream's shards, page by page. All pages of a listing show the shape that the stream had
 * when it began.
 *
 * @param streams looks up streams
 * @param paging decodes and creates page tokens
 * @param clock detects timestamps of the future
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html">ListShards</a>
 */
public record ListShardsAction(StreamLookup streams, Paging paging, InstantSource clock)
    implements Action {
  private static final int SHARD_BYTES = 320;

  /**
   * The position in a listing.
   *
   * @param generation the index of the stream's next shard when the listing began
   * @param after the last id of the previous page, if there is one
   */
  private record ListingPosition(
      StreamDefinition stream, int generation, ShardSelection selection, Optional<ShardId> after) {
    /** The subject of its page tokens. */
    String subject() {
      return "%s/%s/%d/%s".formatted(stream.id(), stream.name(), generation, selection.text());
    }
  }

  @Override
  public Operation operation() {
    return Operation.LIST_SHARDS;
  }

  @Override
  public StructureShape input() {
    return ListShardsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    int limit =
        Math.min(
            input.getOr(ListShardsInput.MAX_RESULTS, ServiceLimits.LIST_SHARDS_PAGE),
            ServiceLimits.LIST_SHARDS_PAGE);
    Checked<ListingPosition> position =
        input
            .find(ListShardsInput.NEXT_TOKEN)
            .map(token -> byToken(input, token))
            .orElseGet(() -> byStream(input));
    return position.<Answer>fold(p -> list(p, limit), Answer.Failure::new).now();
  }

  private Checked<ListingPosition> byToken(Structure input, String token) {
    boolean otherMembers =
        input.find(ListShardsInput.STREAM_NAME).isPresent()
            || input.find(ListShardsInput.STREAM_CREATION_TIMESTAMP).isPresent()
            || input.find(ListShardsInput.EXCLUSIVE_START_SHARD_ID).isPresent()
            || input.find(ListShardsInput.SHARD_FILTER).isPresent();
    if (otherMembers) {
      return Checked.bad(
          KinesisError.invalidArgument("NextToken and StreamName cannot be provided together."));
    }
    return paging.read(PageToken.Listing.SHARDS, token).then(this::byPage);
  }

  private Checked<ListingPosition> byPage(PageToken page) {
    String[] parts = page.subject().split("/", -1);
    return listed(Optional.of(parts[1]), Optional.empty())
        .then(
            stream ->
                stream.id().toString().equals(parts[0])
                    ? Checked.good(
                        new ListingPosition(
                            stream,
                            Integer.parseInt(parts[2]),
                            ShardSelection.parse(parts[3]),
                            ShardId.parse(page.after())))
                    : Checked.bad(streams.notFound(parts[1])));
  }

  private Checked<ListingPosition> byStream(Structure input) {
    Optional<String> name = input.find(ListShardsInput.STREAM_NAME);
    Optional<String> arn = input.find(ListShardsInput.STREAM_ARN);
    if (name.isEmpty() && arn.isEmpty()) {
      return Checked.bad(
          KinesisError.invalidArgument("Either NextToken or StreamName should be provided."));
    }
    return listed(name, arn)
        .then(
            stream ->
                checkCreation(input, stream)
                    .then(same -> filterStart(input, stream))
                    .then(
                        after ->
                            Checked.good(
                                new ListingPosition(
                                    stream,
                                    stream.shape().nextIndex(),
                                    selection(input, stream),
                                    after))));
  }

  private Checked<StreamDefinition> listed(Optional<String> name, Optional<String> arn) {
    return streams
        .find(name, arn)
        .then(
            entry ->
                entry.definition().isServing()
                    ? Checked.good(entry.definition())
                    : Checked.bad(streams.notActive(entry.definition())));
  }

  private Checked<StreamDefinition> checkCreation(Structure input, StreamDefinition stream) {
    boolean another =
        input
            .find(ListShardsInput.STREAM_CREATION_TIMESTAMP)
            .filter(given -> given.getEpochSecond() != stream.creationSecond())
            .isPresent();
    return another ? Checked.bad(streams.notFound(stream.name().text())) : Checked.good(stream);
  }

  /** The id after which the listing begins, from ExclusiveStartShardId or the filter. */
  private Checked<Optional<ShardId>> filterStart(Structure input, StreamDefinition stream) {
    Optional<String> start = input.find(ListShardsInput.EXCLUSIVE_START_SHARD_ID);
    Optional<Structure> filter = input.find(ListShardsInput.SHARD_FILTER);
    if (filter.isEmpty()) {
      return after(start, stream);
    }
    String type = filter.get().get(ShardFilter.TYPE);
    boolean wantsShard = type.equals("AFTER_SHARD_ID");
    boolean wantsTime = type.equals("AT_TIMESTAMP") || type.equals("FROM_TIMESTAMP");
    if (filter.get().find(ShardFilter.SHARD_ID).isPresent() != wantsShard) {
      return Checked.bad(companion(type, "ShardId", wantsShard));
    }
    if (filter.get().find(ShardFilter.TIMESTAMP).isPresent() != wantsTime) {
      return Checked.bad(companion(type, "Timestamp", wantsTime));
    }
    if (wantsTime && filter.get().get(ShardFilter.TIMESTAMP).isAfter(clock.instant())) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "The Timestamp of ShardFilter %s lies in the future.".formatted(type)));
    }
    return after(wantsShard ? filter.get().find(ShardFilter.SHARD_ID) : start, stream);
  }

  private static KinesisError companion(String type, String member, boolean wanted) {
    return KinesisError.invalidArgument(
        "ShardFilter %s must be given %s %s."
            .formatted(type, wanted ? "with a" : "without a", member));
  }

  private Checked<Optional<ShardId>> after(Optional<String> text, StreamDefinition stream) {
    return text.isEmpty()
        ? Checked.good(Optional.empty())
        : streams
            .shardId(stream.name().text(), text.get())
            .then(id -> Checked.good(Optional.of(id)));
  }

  /**
   * The shards that the filter selects now. Times are clamped to the trim horizon and the creation
   * of the stream.
   */
  private ShardSelection selection(Structure input, StreamDefinition stream) {
    Optional<Structure> filter = input.find(ListShardsInput.SHARD_FILTER);
    if (filter.isEmpty()) {
      return new ShardSelection.All();
    }
    long now = clock.instant().getEpochSecond();
    long horizon =
        Math.max(
            stream.creationSecond(),
            now - TimeUnit.HOURS.toSeconds(stream.settings().retentionHours()));
    long given =
        filter.get().find(ShardFilter.TIMESTAMP).map(Instant::getEpochSecond).orElse(horizon);
    long second = Math.max(given, horizon);
    return switch (filter.get().get(ShardFilter.TYPE)) {
      case "AT_LATEST" -> new ShardSelection.Open();
      case "AT_TRIM_HORIZON", "AT_TIMESTAMP" -> new ShardSelection.At(second);
      case "FROM_TIMESTAMP" -> new ShardSelection.From(second);
      default -> new ShardSelection.All();
    };
  }

  private Answer list(ListingPosition position, int limit) {
    List<ShardDefinition> rest =
        position.selection().of(position.stream().shape().asOf(position.generation())).stream()
            .filter(
                shard ->
                    position.after().map(after -> shard.id().compareTo(after) > 0).orElse(true))
            .limit(limit + 1L)
            .toList();
    boolean more = rest.size() > limit;
    List<ShardDefinition> page = more ? rest.subList(0, limit) : rest;
    return new Answer.Success(
        512 + page.size() * SHARD_BYTES,
        out -> {
          out.startList("Shards");
          page.forEach(shard -> StreamMembers.shard(out, shard));
          out.end();
          if (more) {
            out.text(
                "NextToken",
                paging.next(
                    PageToken.Listing.SHARDS, position.subject(), page.getLast().id().toString()));
          }
        });
  }
}
