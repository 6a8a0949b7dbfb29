// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.DryRunCheck;
import dev.millrace.api.action.record.RecordChecks.HashedRecord;
import dev.millrace.api.action.record.RecordWriter.RecordResult;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.PutRecordInput;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes one record.
 *
 * @param streams looks up streams
 * @param writer appends the record to its shard
 * @param random chooses shards where no key does; called on the thread that uses it
 * @param clock detects sequence numbers of the future
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html">PutRecord</a>
 */
public record PutRecordAction(
    StreamLookup streams,
    RecordWriter writer,
    Supplier<RandomGenerator> random,
    InstantSource clock)
    implements Action {
  private static final int ANSWER_BYTES = 192;

  /** A record that passed every check. */
  private record Accepted(StreamDefinition stream, HashedRecord record) {}

  @Override
  public Operation operation() {
    return Operation.PUT_RECORD;
  }

  @Override
  public StructureShape input() {
    return PutRecordInput.SHAPE;
  }

  @Override
  public List<Member<?>> alsoRequired(Structure input) {
    boolean keyOptional =
        streams.distributes(
            input.find(PutRecordInput.STREAM_NAME), input.find(PutRecordInput.STREAM_ARN));
    return keyOptional ? List.of() : List.of(PutRecordInput.PARTITION_KEY);
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {
    Structure input = call.input();
    return streams
        .findServing(input.find(PutRecordInput.STREAM_NAME), input.find(PutRecordInput.STREAM_ARN))
        .then(stream -> checkOrdering(input, stream))
        .then(
            stream ->
                new RecordChecks(stream, random.get())
                    .check(
                        input.getOr(PutRecordInput.PARTITION_KEY, ""),
                        input.find(PutRecordInput.EXPLICIT_HASH_KEY),
                        input.get(PutRecordInput.DATA),
                        "data")
                    .then(record -> Checked.good(new Accepted(stream, record))))
        .then(accepted -> DryRunCheck.stop(input, PutRecordInput.DRY_RUN, accepted))
        .fold(this::append, error -> new Answer.Failure(error).now());
  }

  private Checked<StreamDefinition> checkOrdering(Structure input, StreamDefinition stream) {
    Optional<String> text = input.find(PutRecordInput.SEQUENCE_NUMBER_FOR_ORDERING);
    if (text.isEmpty()) {
      return Checked.good(stream);
    }
    // The number may come from a leader or another front whose clock is ahead, or from a stream
    // whose creation second is: it rises over that of an earlier stream of the name.
    long latestSecond =
        Math.max(
            clock.instant().plus(TokenSigner.MAX_CLOCK_SKEW).getEpochSecond(),
            stream.lastCreationSecond());
    boolean valid =
        SequenceNumber.parse(text.get())
            .filter(number -> number.creationSecond() <= latestSecond)
            .filter(number -> number.recordSecond() <= latestSecond)
            .isPresent();
    return valid
        ? Checked.good(stream)
        : Checked.bad(
            KinesisError.invalidArgument(
                "ExclusiveMinimumSequenceNumber %s used in PutRecord on stream %s under account %s is invalid."
                    .formatted(text.get(), stream.name(), streams.account())));
  }

  private CompletionStage<Answer> append(Accepted accepted) {
    return writer
        .write(accepted.stream(), List.of(accepted.record()))
        .thenApply(
            results ->
                switch (results.getFirst()) {
                  case RecordResult.Written written -> answer(written);
                  case RecordResult.Failed(KinesisError error) -> new Answer.Failure(error);
                });
  }

  private static Answer answer(RecordResult.Written written) {
    return new Answer.Success(
        ANSWER_BYTES,
        out -> {
          out.text("ShardId", written.shard().toString());
          out.text("SequenceNumber", written.number().toString());
          if (written.encrypted()) {
            out.text("EncryptionType", "KMS");
          }
        });
  }
}
