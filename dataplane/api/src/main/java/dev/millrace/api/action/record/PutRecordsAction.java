// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.DryRunCheck;
import dev.millrace.api.action.record.RecordChecks.HashedRecord;
import dev.millrace.api.action.record.RecordWriter.RecordResult;
import dev.millrace.api.error.FailureErrors;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.core.limit.ServiceLimits;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.answer.WireWriter;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.PutRecordsInput;
import dev.millrace.protocol.shape.PutRecordsRequestEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes up to 500 records.
 *
 * @param streams looks up streams
 * @param writer appends the records to their shards
 * @param random chooses shards where no key does; called on the thread that uses it
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>
 */
public record PutRecordsAction(
    StreamLookup streams, RecordWriter writer, Supplier<RandomGenerator> random) implements Action {
  private static final int RESULT_BYTES = 128;

  /** Records that passed every check, in the order of the request. */
  private record Accepted(StreamDefinition stream, List<HashedRecord> records) {}

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
    boolean keyOptional =
        streams.distributes(
            input.find(PutRecordsInput.STREAM_NAME), input.find(PutRecordsInput.STREAM_ARN));
    return keyOptional ? List.of() : List.of(PutRecordsRequestEntry.PARTITION_KEY);
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    return streams
        .findServing(
            input.find(PutRecordsInput.STREAM_NAME), input.find(PutRecordsInput.STREAM_ARN))
        .then(
            stream ->
                checkAll(stream, input.get(PutRecordsInput.RECORDS))
                    .then(records -> Checked.good(new Accepted(stream, records))))
        .then(accepted -> DryRunCheck.stop(input, PutRecordsInput.DRY_RUN, accepted))
        .fold(this::append, error -> new Answer.Failure(error).now());
  }

  private Checked<List<HashedRecord>> checkAll(StreamDefinition stream, List<Structure> entries) {
    RecordChecks checks = new RecordChecks(stream, random.get());
    List<HashedRecord> records = new ArrayList<>(entries.size());
    long bytes = 0;
    for (Structure entry : entries) {
      Checked<HashedRecord> checked =
          checks.check(
              entry.getOr(PutRecordsRequestEntry.PARTITION_KEY, ""),
              entry.find(PutRecordsRequestEntry.EXPLICIT_HASH_KEY),
              entry.get(PutRecordsRequestEntry.DATA),
              "records." + (records.size() + 1) + ".member.data");
      switch (checked) {
        case Checked.Good<HashedRecord>(HashedRecord record) -> {
          records.add(record);
          bytes += record.sizeBytes();
        }
        case Checked.Bad<HashedRecord>(KinesisError error) -> {
          return Checked.bad(bytes(entries) > ServiceLimits.PUT_RECORDS_BYTES ? tooLarge() : error);
        }
      }
    }
    return bytes > ServiceLimits.PUT_RECORDS_BYTES
        ? Checked.bad(tooLarge())
        : Checked.good(records);
  }

  /** The size of the whole request, which is checked before that of a record. */
  private static long bytes(List<Structure> entries) {
    return entries.stream()
        .mapToLong(
            entry ->
                entry
                        .getOr(PutRecordsRequestEntry.PARTITION_KEY, "")
                        .getBytes(StandardCharsets.UTF_8)
                        .length
                    + entry.get(PutRecordsRequestEntry.DATA).length())
        .sum();
  }

  private static KinesisError tooLarge() {
    return KinesisError.invalidArgument("Records size exceeds 10 MB limit");
  }

  private CompletionStage<Answer> append(Accepted accepted) {
    return writer.write(accepted.stream(), accepted.records()).thenApply(PutRecordsAction::answer);
  }

  private static Answer answer(List<RecordResult> results) {
    List<KinesisError> errors = new ArrayList<>();
    for (RecordResult result : results) {
      if (result instanceof RecordResult.Failed(KinesisError error)) {
        errors.add(error);
      }
    }
    Optional<KinesisError> error =
        first(errors, Name.INTERNAL_FAILURE::equals)
            .or(() -> first(errors, name -> name != Name.PROVISIONED_THROUGHPUT_EXCEEDED));
    if (errors.size() == results.size() && error.isPresent()) {
      // No record is known to be written, so the client gets one error and retries the whole
      // call. An unknown outcome takes precedence: any other error claims that nothing was written.
      return new Answer.Failure(error.get());
    }
    return new Answer.Success(
        128 + results.size() * RESULT_BYTES, out -> write(out, results, errors.size()));
  }

  private static Optional<KinesisError> first(List<KinesisError> errors, Predicate<Name> which) {
    return errors.stream().filter(error -> which.test(error.name())).findFirst();
  }

  private static void write(WireWriter out, List<RecordResult> results, int failedRecords) {
    boolean encrypted = false;
    out.startList("Records");
    for (RecordResult result : results) {
      out.startStructure();
      switch (result) {
        case RecordResult.Written(ShardId shard, SequenceNumber number, boolean isEncrypted) -> {
          encrypted |= isEncrypted;
          out.text("SequenceNumber", number.toString());
          out.text("ShardId", shard.toString());
        }
        case RecordResult.Failed(KinesisError error) -> {
          boolean throttled = error.name() == Name.PROVISIONED_THROUGHPUT_EXCEEDED;
          out.text("ErrorCode", throttled ? error.name().text() : Name.INTERNAL_FAILURE.text());
          out.text(
              "ErrorMessage",
              throttled ? error.message() : FailureErrors.internalFailure().message());
        }
      }
      out.end();
    }
    out.end();
    out.number("FailedRecordCount", failedRecords);
    if (encrypted) {
      out.text("EncryptionType", "KMS");
    }
  }
}
