// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.FailureErrors;
import dev.millrace.api.action.record.RecordChecks.HashedRecord;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.session.TaskTimer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Takes the records of one request to their shards. Those for one shard are appended together, in
 * the order of the request, and succeed or fail together.
 *
 * <p>A shard that was sealed took nothing; its records are held until the new shape of the stream
 * is published and go to the shards that came from it, for as long as {@link #FENCE_MILLIS}.
 *
 * @param streams the streams there are
 * @param writer appends to shards
 * @param later looks again
 */
public record RecordWriter(StreamLookup streams, SessionWriter writer, TaskTimer later) {
  /** How long records wait for a new shape; then they are refused, retriably. */
  private static final int FENCE_MILLIS = 2_000;

  private static final int LOOK_MILLIS = 10;
  private static final int LOOKS = FENCE_MILLIS / LOOK_MILLIS;
  private static final int RECORD_OVERHEAD_BYTES = 10;

  /** What became of one record. */
  sealed interface RecordResult {
    /** It is in its shard. */
    record Written(ShardId shard, SequenceNumber number) implements RecordResult {}

    /** It is not, or nobody knows. */
    record Failed(KinesisError error) implements RecordResult {}
  }

  /** Writes; the results are in the order of the records. The stage never fails. */
  CompletionStage<List<RecordResult>> write(StreamDefinition stream, List<HashedRecord> records) {
    Request request = new Request(records, new RecordResult[records.size()]);
    List<Integer> all = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      all.add(i);
    }
    return write(stream, request, all, LOOKS)
        .handle((done, failure) -> List.of(failure == null ? request.results() : lost(request)));
  }

  /** One request: each record has a place in both. */
  @SuppressWarnings("ArrayRecordComponent") // Filled in, never compared.
  private record Request(List<HashedRecord> records, RecordResult[] results) {}

  /** Something of ours failed: of the records without a result nobody knows what became. */
  private static RecordResult[] lost(Request request) {
    RecordResult[] results = request.results().clone();
    for (int i = 0; i < results.length; i++) {
      if (results[i] == null) {
        results[i] = new RecordResult.Failed(FailureErrors.internalFailure());
      }
    }
    return results;
  }

  private CompletionStage<Void> write(
      StreamDefinition stream, Request request, List<Integer> which, int looksLeft) {
    Map<ShardId, ShardBatch> batches = new TreeMap<>();
    for (int place : which) {
      HashedRecord record = request.records().get(place);
      ShardDefinition shard = stream.shardOf(record.key());
      batches.computeIfAbsent(shard.id(), id -> new ShardBatch(shard)).add(place, record);
    }
    Queue<ShardBatch> held = new ConcurrentLinkedQueue<>();
    return CompletableFuture.allOf(
            batches.values().stream()
                .map(batch -> append(stream, batch, request, held).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            done ->
                held.isEmpty()
                    ? CompletableFuture.completedStage(null)
                    : again(stream, List.copyOf(held), request, looksLeft));
  }

  private CompletionStage<Void> append(
      StreamDefinition stream, ShardBatch batch, Request request, Queue<ShardBatch> held) {
    ShardId shard = batch.shard.id();
    RecordResult[] results = request.results();
    return writer
        .append(stream.ref(shard), batch.toRecords())
        .handle(
            (result, failure) -> {
              switch (result) {
                case Outcome.Appended at ->
                    batch.written(at, streams.rateExceeded(stream.name(), shard), results);
                case Outcome.NoSuchShard none ->
                    batch.failed(streams.notFound(stream.name().text()), results);
                case Outcome.Sealed closed -> held.add(batch);
                case Outcome.OutsideWindow outside ->
                    batch.failed(FailureErrors.internalFailure(), results);
                case null -> batch.failed(FailureErrors.error(failure), results);
              }
              return null;
            });
  }

  /**
   * Writes again what sealed shards did not take, all of it together, so that the records of a
   * request come to their new shard in its order.
   */
  private CompletionStage<Void> again(
      StreamDefinition stream, List<ShardBatch> held, Request request, int looksLeft) {
    Optional<StreamDefinition> now =
        streams
            .catalogue()
            .find(stream.name())
            .map(CatalogueEntry::definition)
            .filter(is -> is.id().equals(stream.id()) && is.isServing());
    if (now.isEmpty()) {
      return refused(held, streams.notFound(stream.name().text()), request);
    }
    boolean published = held.stream().allMatch(batch -> isClosed(now.get(), batch.shard.id()));
    if (published) {
      List<Integer> places = new ArrayList<>();
      held.forEach(batch -> places.addAll(batch.places));
      Collections.sort(places);
      return write(now.get(), request, places, looksLeft);
    }
    if (looksLeft == 0) {
      return refused(
          held,
          KinesisError.unavailable(
              "The request was not carried out and may be retried: stream %s is changing its shards"
                  .formatted(stream.name())),
          request);
    }
    CompletableFuture<Void> look = new CompletableFuture<>();
    later.run(LOOK_MILLIS, () -> look.complete(null));
    return look.thenCompose(due -> again(stream, held, request, looksLeft - 1));
  }

  private static boolean isClosed(StreamDefinition stream, ShardId id) {
    return stream.shape().find(id).map(shard -> !shard.isOpen()).orElse(true);
  }

  private static CompletionStage<Void> refused(
      List<ShardBatch> held, KinesisError error, Request request) {
    held.forEach(batch -> batch.failed(error, request.results()));
    return CompletableFuture.completedStage(null);
  }

  /** The records of one shard, with their places in the request. */
  private static final class ShardBatch {
    private final ShardDefinition shard;
    private final List<Integer> places = new ArrayList<>();
    private final List<HashedRecord> records = new ArrayList<>();

    ShardBatch(ShardDefinition shard) {
      this.shard = shard;
    }

    void add(int place, HashedRecord record) {
      places.add(place);
      records.add(record);
    }

    RecordBatch toRecords() {
      int bytes =
          records.stream().mapToInt(record -> record.sizeBytes() + RECORD_OVERHEAD_BYTES).sum();
      RecordBatch.Builder batch = new RecordBatch.Builder(bytes);
      for (HashedRecord record : records) {
        batch.add(
            record.partitionKey(),
            record.data().array(),
            record.data().offset(),
            record.data().length());
      }
      return batch.build();
    }

    /** Notes for each record that it was appended, or that it was not admitted. */
    void written(Outcome.Appended at, KinesisError throttled, RecordResult[] results) {
      long arrivalSecond = Math.floorDiv(at.arrivalMillis(), 1000L);
      Set<Integer> left = new HashSet<>(at.throttled());
      long position = at.firstPosition();
      for (int i = 0; i < places.size(); i++) {
        results[places.get(i)] =
            left.contains(i)
                ? new RecordResult.Failed(throttled)
                : new RecordResult.Written(
                    shard.id(),
                    new SequenceNumber(
                        shard.creationSecond(), shard.id(), position++, arrivalSecond));
      }
    }

    void failed(KinesisError error, RecordResult[] results) {
      places.forEach(place -> results[place] = new RecordResult.Failed(error));
    }
  }
}
