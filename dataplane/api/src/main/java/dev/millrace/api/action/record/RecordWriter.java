// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.record.RecordChecks.HashedRecord;
import dev.millrace.api.error.FailureErrors;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamShape;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Appends the records of a request to their shards. Records for the same shard are appended
 * together, in the order of the request, and succeed or fail together.
 *
 * <p>A sealed shard rejects its records. They are held until its leader names the shards that took
 * over, or the new shape of the stream is published, for at most {@link #FENCE_MILLIS}, and then
 * appended to the new shards.
 *
 * @param streams looks up streams
 * @param writer appends to shards
 * @param timer schedules checks for the new shape
 */
public record RecordWriter(StreamLookup streams, SessionWriter writer, TaskTimer timer) {
  /** How long records wait for a new shape before they are rejected with a retryable error. */
  private static final int FENCE_MILLIS = 2_000;

  private static final int POLL_MILLIS = 10;
  private static final int MAX_POLLS = FENCE_MILLIS / POLL_MILLIS;
  private static final int RECORD_OVERHEAD_BYTES = 10;

  /** The result for one record. */
  sealed interface RecordResult {
    /** It was appended, encrypted or not. */
    record Written(ShardId shard, SequenceNumber number, boolean encrypted)
        implements RecordResult {}

    /** It was not appended, or the outcome is unknown. */
    record Failed(KinesisError error) implements RecordResult {}
  }

  /** Writes records. The results are in the order of the records; the stage never fails. */
  CompletionStage<List<RecordResult>> write(StreamDefinition stream, List<HashedRecord> records) {
    Request request = new Request(records, new RecordResult[records.size()]);
    List<Integer> all = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      all.add(i);
    }
    return write(stream, stream.shape(), request, all, MAX_POLLS)
        .handle(
            (done, failure) -> List.of(failure == null ? request.results() : withUnknown(request)));
  }

  /** One request; record and result have the same index. */
  @SuppressWarnings("ArrayRecordComponent") // Filled in, never compared.
  private record Request(List<HashedRecord> records, RecordResult[] results) {}

  /** After an unexpected failure: the outcome of every record without a result is unknown. */
  private static RecordResult[] withUnknown(Request request) {
    RecordResult[] results = request.results().clone();
    for (int i = 0; i < results.length; i++) {
      if (results[i] == null) {
        results[i] = new RecordResult.Failed(FailureErrors.internalFailure());
      }
    }
    return results;
  }

  /**
   * Writes some of a request's records.
   *
   * @param routes the shards that may be written to; they cover the hash keys of these records
   */
  private CompletionStage<Void> write(
      StreamDefinition stream,
      StreamShape routes,
      Request request,
      List<Integer> indexes,
      int pollsLeft) {
    Map<ShardId, ShardBatch> batches = new TreeMap<>();
    for (int index : indexes) {
      HashedRecord record = request.records().get(index);
      ShardDefinition shard = routes.shardOf(record.key());
      batches
          .computeIfAbsent(shard.id(), id -> new ShardBatch(shard, stream.settings().keyId()))
          .add(index, record);
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
                    : writeHeld(stream, List.copyOf(held), request, pollsLeft));
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
   * Writes the records that sealed shards rejected, all together, so that they reach their new
   * shard in the order of the request.
   */
  private CompletionStage<Void> writeHeld(
      StreamDefinition stream, List<ShardBatch> held, Request request, int pollsLeft) {
    Optional<StreamDefinition> now =
        streams
            .catalogue()
            .find(stream.name())
            .map(CatalogueEntry::definition)
            .filter(is -> is.id().equals(stream.id()) && is.isServing());
    if (now.isEmpty()) {
      return rejectHeld(held, streams.notFound(stream.name().text()), request);
    }
    List<Integer> indexes = new ArrayList<>();
    held.forEach(batch -> indexes.addAll(batch.indexes));
    Collections.sort(indexes);
    boolean published = held.stream().allMatch(batch -> isClosed(now.get(), batch.shard.id()));
    return published
        ? write(now.get(), now.get().shape(), request, indexes, pollsLeft)
        : successors(stream, held)
            .thenCompose(
                found ->
                    found.isPresent()
                        ? write(now.get(), found.get(), request, indexes, pollsLeft)
                        : waitHeld(stream, held, request, pollsLeft));
  }

  /** What the leaders of sealed shards say took over from them; empty if one does not know yet. */
  private CompletionStage<Optional<StreamShape>> successors(
      StreamDefinition stream, List<ShardBatch> held) {
    List<CompletableFuture<List<ShardDefinition>>> answers =
        held.stream()
            .map(batch -> writer.successors(stream.ref(batch.shard.id())).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              if (answers.stream().anyMatch(answer -> answer.resultNow().isEmpty())) {
                return Optional.empty();
              }
              SortedMap<ShardId, ShardDefinition> shards = new TreeMap<>();
              answers.forEach(
                  answer -> answer.resultNow().forEach(shard -> shards.put(shard.id(), shard)));
              return Optional.of(
                  new StreamShape(List.copyOf(shards.values()), shards.lastKey().index() + 1));
            });
  }

  private CompletionStage<Void> waitHeld(
      StreamDefinition stream, List<ShardBatch> held, Request request, int pollsLeft) {
    if (pollsLeft == 0) {
      return rejectHeld(
          held,
          KinesisError.unavailable(
              "The request was not carried out and may be retried: stream %s is changing its shards"
                  .formatted(stream.name())),
          request);
    }
    CompletableFuture<Void> delay = new CompletableFuture<>();
    timer.run(POLL_MILLIS, () -> delay.complete(null));
    return delay.thenCompose(due -> writeHeld(stream, held, request, pollsLeft - 1));
  }

  private static boolean isClosed(StreamDefinition stream, ShardId id) {
    return stream.shape().find(id).map(shard -> !shard.isOpen()).orElse(true);
  }

  private static CompletionStage<Void> rejectHeld(
      List<ShardBatch> held, KinesisError error, Request request) {
    held.forEach(batch -> batch.failed(error, request.results()));
    return CompletableFuture.completedStage(null);
  }

  /** The records for one shard, with their indexes in the request. */
  private static final class ShardBatch {
    private final ShardDefinition shard;
    private final Optional<String> keyId;
    private final List<Integer> indexes = new ArrayList<>();
    private final List<HashedRecord> records = new ArrayList<>();

    ShardBatch(ShardDefinition shard, Optional<String> keyId) {
      this.shard = shard;
      this.keyId = keyId;
    }

    void add(int index, HashedRecord record) {
      indexes.add(index);
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
      return batch.build().with(RecordProtection.requested(keyId));
    }

    /** Sets the result of each record: appended or throttled. */
    void written(Outcome.Appended at, KinesisError throttled, RecordResult[] results) {
      long arrivalSecond = Math.floorDiv(at.arrivalMillis(), 1000L);
      Set<Integer> throttledIndexes = new HashSet<>(at.throttled());
      long position = at.firstPosition();
      for (int i = 0; i < indexes.size(); i++) {
        results[indexes.get(i)] =
            throttledIndexes.contains(i)
                ? new RecordResult.Failed(throttled)
                : new RecordResult.Written(
                    shard.id(),
                    new SequenceNumber(
                        shard.creationSecond(), shard.id(), position++, arrivalSecond),
                    keyId.isPresent());
      }
    }

    void failed(KinesisError error, RecordResult[] results) {
      indexes.forEach(index -> results[index] = new RecordResult.Failed(error));
    }
  }
}
