package dev.millrace.server.action;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.WriterSession;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.port.ShardLog;
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
import dev.millrace.server.routing.StreamLookup;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Writes up to 500 records. Those for one shard are appended together, in the order of the request;
 * a shard's records succeed or fail together.
 *
 * @param streams the streams there are
 * @param log takes the records
 * @param clock stamps their arrival
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
 */
public record PutRecordsAction(StreamLookup streams, ShardLog log, InstantSource clock)
    implements Action {
  private static final int RESULT_BYTES = 128;

  /** Records that passed every check, in the order of the request. */
  private record Accepted(StreamDefinition stream, List<Placed> records) {}

  /** What became of one shard's records. */
  private sealed interface ShardResult {
    /** Appended; each record takes the next position. */
    record Written(ShardDefinition shard, Outcome.Appended at) implements ShardResult {}

    /** Not written, or nobody knows. */
    record Failed(KinesisError error) implements ShardResult {}
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
  public List<Member<?>> alsoRequired() {
    return List.of(PutRecordsRequestEntry.PARTITION_KEY);
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

  private static Checked<List<Placed>> place(StreamDefinition stream, List<Structure> entries) {
    RecordChecks checks = new RecordChecks(stream);
    List<Placed> records = new ArrayList<>(entries.size());
    long bytes = 0;
    for (Structure entry : entries) {
      Checked<Placed> placed =
          checks.place(
              entry.get(PutRecordsRequestEntry.PARTITION_KEY),
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
    Map<ShardId, List<Placed>> byShard = new TreeMap<>();
    for (Placed record : accepted.records()) {
      byShard.computeIfAbsent(record.shard().id(), id -> new ArrayList<>()).add(record);
    }
    long arrivalMillis = clock.millis();
    Map<ShardId, CompletableFuture<ShardResult>> results = new TreeMap<>();
    byShard.forEach(
        (shard, records) -> results.put(shard, append(accepted.stream(), records, arrivalMillis)));
    return CompletableFuture.allOf(results.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> answer(accepted, results));
  }

  private CompletableFuture<ShardResult> append(
      StreamDefinition stream, List<Placed> records, long arrivalMillis) {
    ShardDefinition shard = records.getFirst().shard();
    int bytes = records.stream().mapToInt(record -> record.sizeBytes() + 8).sum();
    RecordBatch.Builder batch = new RecordBatch.Builder(bytes);
    for (Placed record : records) {
      batch.add(
          record.partitionKey(),
          record.data().array(),
          record.data().offset(),
          record.data().length());
    }
    return log.propose(
            new Command.AppendRecords(
                stream.ref(shard.id()), arrivalMillis, WriterSession.NONE, batch.build()))
        .<ShardResult>thenApply(
            outcome ->
                outcome instanceof Outcome.Appended appended
                    ? new ShardResult.Written(shard, appended)
                    : new ShardResult.Failed(streams.notFound(stream.name().text())))
        .exceptionally(failure -> new ShardResult.Failed(LogRefusals.error(failure)))
        .toCompletableFuture();
  }

  private static Answer answer(
      Accepted accepted, Map<ShardId, CompletableFuture<ShardResult>> results) {
    List<ShardResult> all = results.values().stream().map(CompletableFuture::join).toList();
    if (all.stream().allMatch(ShardResult.Failed.class::isInstance)) {
      // Nothing was written: the client should see why, and retry the call as a whole.
      return all.stream()
          .map(ShardResult.Failed.class::cast)
          .map(failed -> new Answer.Refused(failed.error()))
          .findFirst()
          .orElseThrow();
    }
    return new Answer.Success(
        128 + accepted.records().size() * RESULT_BYTES,
        out -> write(out, accepted.records(), results));
  }

  private static void write(
      WireWriter out, List<Placed> records, Map<ShardId, CompletableFuture<ShardResult>> results) {
    Map<ShardId, Long> written = new TreeMap<>();
    int failedRecords = 0;
    out.startList("Records");
    for (Placed record : records) {
      ShardId shard = record.shard().id();
      out.startStructure();
      switch (Stream.of(results.get(shard))
          .map(CompletableFuture::join)
          .findFirst()
          .orElseThrow()) {
        case ShardResult.Written(ShardDefinition definition, Outcome.Appended at) -> {
          long before = written.merge(shard, 1L, Long::sum) - 1;
          SequenceNumber number =
              new SequenceNumber(
                  definition.creationSecond(),
                  shard,
                  at.firstPosition() + before,
                  Math.floorDiv(at.arrivalMillis(), 1000L));
          out.text("SequenceNumber", number.toString());
          out.text("ShardId", shard.toString());
        }
        case ShardResult.Failed(KinesisError error) -> {
          failedRecords++;
          out.text("ErrorCode", LogRefusals.internalFailure().name().text());
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
