package dev.millrace.server.action;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.answer.WireWriter;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.PutRecordsInput;
import dev.millrace.protocol.shape.PutRecordsRequestEntry;
import dev.millrace.server.action.RecordChecks.Placed;
import dev.millrace.server.routing.ShardLeader;
import dev.millrace.server.routing.ShardLeader.AppendResult;
import dev.millrace.server.routing.StreamLookup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes up to 500 records. Those for one shard that its limits admit are appended together, in the
 * order of the request, and succeed or fail together.
 *
 * @param streams the streams there are
 * @param leader takes the records
 * @param random draws shards where no key decides; asked on the thread that uses it
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
 */
public record PutRecordsAction(
    StreamLookup streams, ShardLeader leader, Supplier<RandomGenerator> random) implements Action {
  private static final int RESULT_BYTES = 128;

  /** Records that passed every check, in the order of the request. */
  private record Accepted(StreamDefinition stream, List<Placed> records) {}

  /** What became of one record. */
  private sealed interface RecordResult {
    /** It is in its shard. */
    record Written(ShardId shard, SequenceNumber number) implements RecordResult {}

    /** It is not, or nobody knows. */
    record Failed(KinesisError error) implements RecordResult {}
  }

  @Override
  public Operation operation() {
    return Operation.PUT_RECORDS;
  }

  @Override
  public StructureShape input() {
    return PutRecordsInput.SHAPE;
  }

  @Override
  public List<Member<?>> alsoRequired(Structure input) {
    boolean anyShard =
        streams.distributes(
            input.find(PutRecordsInput.STREAM_NAME), input.find(PutRecordsInput.STREAM_ARN));
    return anyShard ? List.of() : List.of(PutRecordsRequestEntry.PARTITION_KEY);
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    return streams
        .findServing(
            input.find(PutRecordsInput.STREAM_NAME), input.find(PutRecordsInput.STREAM_ARN))
        .then(
            stream ->
                place(stream, input.get(PutRecordsInput.RECORDS))
                    .then(records -> Checked.good(new Accepted(stream, records))))
        .then(accepted -> DryRuns.stop(input, PutRecordsInput.DRY_RUN, accepted))
        .fold(this::append, error -> new Answer.Refused(error).now());
  }

  private Checked<List<Placed>> place(StreamDefinition stream, List<Structure> entries) {
    RecordChecks checks = new RecordChecks(stream, random.get());
    List<Placed> records = new ArrayList<>(entries.size());
    long bytes = 0;
    for (Structure entry : entries) {
      Checked<Placed> placed =
          checks.place(
              entry.getOr(PutRecordsRequestEntry.PARTITION_KEY, ""),
              entry.find(PutRecordsRequestEntry.EXPLICIT_HASH_KEY),
              entry.get(PutRecordsRequestEntry.DATA),
              "records." + (records.size() + 1) + ".member.data");
      switch (placed) {
        case Checked.Good<Placed>(Placed record) -> {
          records.add(record);
          bytes += record.sizeBytes();
        }
        case Checked.Bad<Placed>(KinesisError error) -> {
          return Checked.bad(error);
        }
      }
    }
    return bytes > ServiceLimits.PUT_RECORDS_BYTES
        ? Checked.bad(KinesisError.invalidArgument("Records size exceeds 10 MB limit"))
        : Checked.good(records);
  }

  private CompletionStage<Answer> append(Accepted accepted) {
    StreamDefinition stream = accepted.stream();
    RecordResult[] results = new RecordResult[accepted.records().size()];
    Map<ShardId, ShardBatch> batches = new TreeMap<>();
    for (int i = 0; i < results.length; i++) {
      Placed record = accepted.records().get(i);
      batches
          .computeIfAbsent(record.shard().id(), id -> new ShardBatch(record.shard()))
          .add(i, record);
    }
    return CompletableFuture.allOf(
            batches.values().stream()
                .map(batch -> append(stream, batch, results))
                .toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> answer(List.of(results)));
  }

  /** The records of one shard, with their places in the request. */
  private static final class ShardBatch {
    private final ShardDefinition shard;
    private final List<Integer> places = new ArrayList<>();
    private final List<Placed> records = new ArrayList<>();

    ShardBatch(ShardDefinition shard) {
      this.shard = shard;
    }

    void add(int place, Placed record) {
      places.add(place);
      records.add(record);
    }

    RecordBatch toRecords() {
      int bytes = records.stream().mapToInt(record -> record.sizeBytes() + 8).sum();
      RecordBatch.Builder batch = new RecordBatch.Builder(bytes);
      for (Placed record : records) {
        batch.add(
            record.partitionKey(),
            record.data().array(),
            record.data().offset(),
            record.data().length());
      }
      return batch.build();
    }

    /** Notes for each record that it was appended, or that it was not admitted. */
    void written(AppendResult.Appended at, KinesisError throttled, RecordResult[] results) {
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

  private CompletableFuture<Void> append(
      StreamDefinition stream, ShardBatch batch, RecordResult[] results) {
    ShardId shard = batch.shard.id();
    return leader
        .append(stream.ref(shard), batch.toRecords())
        .<Void>handle(
            (result, failure) -> {
              switch (result) {
                case AppendResult.Appended at ->
                    batch.written(at, streams.rateExceeded(stream.name(), shard), results);
                case AppendResult.NoSuchShard none ->
                    batch.failed(streams.notFound(stream.name().text()), results);
                case null -> batch.failed(LogRefusals.error(failure), results);
              }
              return null;
            })
        .toCompletableFuture();
  }

  private static Answer answer(List<RecordResult> results) {
    List<KinesisError> errors = new ArrayList<>();
    for (RecordResult result : results) {
      if (result instanceof RecordResult.Failed(KinesisError error)) {
        errors.add(error);
      }
    }
    Optional<KinesisError> trouble =
        errors.stream()
            .filter(error -> error.name() != Name.PROVISIONED_THROUGHPUT_EXCEEDED)
            .findFirst();
    if (errors.size() == results.size() && trouble.isPresent()) {
      // Nothing was written: the client should see why, and retry the call as a whole.
      return new Answer.Refused(trouble.get());
    }
    return new Answer.Success(
        128 + results.size() * RESULT_BYTES, out -> write(out, results, errors.size()));
  }

  private static void write(WireWriter out, List<RecordResult> results, int failedRecords) {
    out.startList("Records");
    for (RecordResult result : results) {
      out.startStructure();
      switch (result) {
        case RecordResult.Written(ShardId shard, SequenceNumber number) -> {
          out.text("SequenceNumber", number.toString());
          out.text("ShardId", shard.toString());
        }
        case RecordResult.Failed(KinesisError error) -> {
          boolean throttled = error.name() == Name.PROVISIONED_THROUGHPUT_EXCEEDED;
          out.text("ErrorCode", throttled ? error.name().text() : Name.INTERNAL_FAILURE.text());
          out.text("ErrorMessage", error.message());
        }
      }
      out.end();
    }
    out.end();
    out.number("FailedRecordCount", failedRecords);
    out.text("EncryptionType", "NONE");
  }
}
