// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.DryRunCheck;
import dev.millrace.api.fanout.RecordMembers;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.ShardIterator;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.ReadResult.RecordPage;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.answer.WireWriter;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.GetRecordsInput;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads records at the position of a shard iterator and returns the next iterator.
 *
 * @param streams looks up streams
 * @param leader reads records
 * @param signer decodes and creates iterators
 * @param clock determines the age of an iterator and how far a reader is behind
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html">GetRecords</a>
 */
public record GetRecordsAction(
    StreamLookup streams, ShardLeader leader, TokenSigner signer, InstantSource clock)
    implements Action {
  /** The contents of a virtual shard. */
  private static final RecordPage EMPTY = new RecordPage(List.of(), 0, 0, 0);

  private static final DateTimeFormatter SERVICE_TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  @Override
  public Operation operation() {
    return Operation.GET_RECORDS;
  }

  @Override
  public StructureShape input() {
    return GetRecordsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    int limit = input.getOr(GetRecordsInput.LIMIT, ServiceLimits.GET_RECORDS_COUNT);
    return ShardIterator.decode(signer, input.get(GetRecordsInput.SHARD_ITERATOR))
        .<Checked<ShardIterator>>map(Checked::good)
        .orElseGet(() -> Checked.bad(invalidIterator()))
        .then(this::checkAge)
        .then(iterator -> checkStream(iterator, input.find(GetRecordsInput.STREAM_ARN)))
        .then(iterator -> DryRunCheck.stop(input, GetRecordsInput.DRY_RUN, iterator))
        .fold(
            iterator ->
                shard(iterator).map(ShardDefinition::isVirtual).orElse(false)
                    ? answer(iterator, EMPTY, call.codec()).now()
                    : leader.read(
                        iterator.shard(),
                        iterator.position(),
                        limit,
                        ServiceLimits.GET_RECORDS_BYTES,
                        result -> answer(iterator, result, call.codec())),
            error -> new Answer.Failure(error).now());
  }

  private static KinesisError invalidIterator() {
    return KinesisError.invalidArgument("Invalid ShardIterator.");
  }

  private Checked<ShardIterator> checkAge(ShardIterator iterator) {
    Instant now = clock.instant();
    long ageMillis = now.toEpochMilli() - iterator.issuedMillis();
    if (ageMillis < -TokenSigner.MAX_CLOCK_SKEW.toMillis()) {
      return Checked.bad(invalidIterator());
    }
    if (ageMillis > ShardIterator.LIFETIME.toMillis()) {
      return Checked.bad(
          new KinesisError(
              KinesisError.Name.EXPIRED_ITERATOR,
              "Iterator expired. The iterator was created at time %s while right now it is %s which is further in the future than the tolerated delay of %d milliseconds."
                  .formatted(
                      SERVICE_TIME.format(Instant.ofEpochMilli(iterator.issuedMillis())),
                      SERVICE_TIME.format(now),
                      ShardIterator.LIFETIME.toMillis())));
    }
    return Checked.good(iterator);
  }

  private Checked<ShardIterator> checkStream(ShardIterator iterator, Optional<String> arn) {
    if (arn.isPresent() && !arn.get().equals(streams.arn(iterator.stream()))) {
      return Checked.bad(
          KinesisError.invalidArgument(
              "StreamARN %s is not the stream of the ShardIterator"
                  .formatted(Excerpt.of(arn.get()))));
    }
    boolean serving = stream(iterator).filter(StreamDefinition::isServing).isPresent();
    return serving ? Checked.good(iterator) : Checked.bad(shardNotFound(iterator));
  }

  private Optional<StreamDefinition> stream(ShardIterator iterator) {
    return streams
        .catalogue()
        .find(iterator.stream())
        .map(CatalogueEntry::definition)
        .filter(stream -> stream.id().equals(iterator.shard().stream()));
  }

  private Optional<ShardDefinition> shard(ShardIterator iterator) {
    return stream(iterator).flatMap(stream -> stream.shape().find(iterator.shard().shard()));
  }

  private KinesisError shardNotFound(ShardIterator iterator) {
    return streams.shardNotFound(iterator.stream().text(), iterator.shard().shard());
  }

  private Answer answer(ShardIterator iterator, ReadResult result, Codec codec) {
    return switch (result) {
      case ReadResult.RecordPage records -> encode(iterator, records, codec);
      case ReadResult.Throttled throttled ->
          new Answer.Failure(streams.rateExceeded(iterator.stream(), iterator.shard().shard()));
      case ReadResult.ShardMissing none -> new Answer.Failure(shardNotFound(iterator));
    };
  }

  private Answer encode(ShardIterator iterator, RecordPage page, Codec codec) {
    if (!page.atTip() && page.nextPosition() < iterator.position()) {
      throw new IllegalStateException(
          "read of %s from %d went back to %d"
              .formatted(iterator.shard(), iterator.position(), page.nextPosition()));
    }
    long nowMillis = clock.millis();
    WireWriter out = new WireWriter(codec, RecordMembers.expectedBytes(page.records()));
    out.startStructure();
    RecordMembers.records(out, iterator.shard().shard(), page);
    Optional<StreamDefinition> stream = stream(iterator);
    boolean closed = shard(iterator).map(shard -> !shard.isOpen()).orElse(false);
    if (closed && page.atTip()) {
      RecordMembers.children(out, stream.orElseThrow(), iterator.shard().shard());
    } else {
      out.text("NextShardIterator", iterator.next(page.nextPosition(), nowMillis).encode(signer));
    }
    out.number("MillisBehindLatest", millisBehind(page, nowMillis));
    out.end();
    return new Answer.Encoded(out.finish());
  }

  private static long millisBehind(RecordPage page, long nowMillis) {
    if (page.atTip() || page.records().isEmpty()) {
      return 0;
    }
    return Math.max(0, nowMillis - page.records().getLast().arrivalMillis());
  }
}
