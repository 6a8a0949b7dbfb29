// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.ShardRows.StoredRow;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.shard.NumberedBatch;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.SubscribeOutcome;
import dev.millrace.leader.shard.ShardLeader.TailResult;
import dev.millrace.leader.shard.SubscriptionRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Calls between the pods of an installation and their answers: the first byte chooses which. */
final class RpcFuzzTest extends DecoderFuzz {
  private static final ShardRef SHARD = new ShardRef(new StreamId(0x1234), new ShardId(3));
  private static final SubscriptionRef SUBSCRIPTION =
      new SubscriptionRef(SHARD, new ConsumerRef("c", 5), 9);
  private static final UUID MEMBER = new UUID(1, 2);

  /**
   * A message.
   *
   * @param decode may throw
   * @param encode what comes back from it must be the same
   */
  private record RpcMessage<T>(
      Function<ByteBuffer, T> decode, Function<T, ByteBuffer> encode, List<T> examples) {
    List<ByteBuffer> encoded() {
      return examples.stream().map(encode).toList();
    }

    void check(ByteBuffer bytes) {
      T value = decode.apply(bytes);
      assertThat(decode.apply(encode.apply(value))).isEqualTo(value);
    }
  }

  private static final List<RpcMessage<?>> MESSAGES =
      List.of(
          new RpcMessage<List<NumberedBatch>>(
              RpcFormat::decodeAppend,
              RpcFormat::encodeAppend,
              List.of(List.of(batch(1), batch(300)))),
          new RpcMessage<ShardRef>(
              bytes -> RpcFormat.decodeShard("shard", bytes),
              RpcFormat::encodeShard,
              List.of(SHARD)),
          new RpcMessage<SessionOutcome>(
              RpcFormat::decodeSessionResult,
              RpcFormat::encode,
              List.of(
                  new Outcome.SessionOpened(7), new Outcome.Sealed(5), new Outcome.NoSuchShard())),
          new RpcMessage<List<AppendOutcome>>(
              RpcFuzzTest::resolved,
              RpcFuzzTest::answers,
              List.of(
                  List.of(
                      new Outcome.Appended(5, 17, List.of(0, 300)),
                      new Outcome.Sealed(99),
                      new Outcome.NoSuchShard(),
                      new Outcome.OutsideWindow()))),
          new RpcMessage<RpcFormat.ReadRequest>(
              RpcFormat::decodeRead,
              RpcFormat::encode,
              List.of(new RpcFormat.ReadRequest(SHARD, 5, 100, 1 << 20))),
          new RpcMessage<ReadResult>(
              RpcFormat::decodeReadResult,
              RpcFormat::encode,
              List.of(page(), new ReadResult.Throttled(), new ReadResult.ShardMissing())),
          new RpcMessage<RpcFormat.SubscribeRequest>(
              RpcFormat::decodeSubscribe,
              RpcFormat::encode,
              List.of(
                  new RpcFormat.SubscribeRequest(
                      SHARD, SUBSCRIPTION.consumer(), new StartingPosition.AtTimestamp(11)))),
          new RpcMessage<SubscribeOutcome>(
              RpcFormat::decodeSubscribeOutcome,
              RpcFormat::encode,
              List.of(
                  new SubscribeOutcome.Subscribed(SUBSCRIPTION, 17),
                  new SubscribeOutcome.TooSoon())),
          new RpcMessage<RpcFormat.UnsubscribeRequest>(
              RpcFormat::decodeUnsubscribe,
              RpcFormat::encode,
              List.of(new RpcFormat.UnsubscribeRequest(SUBSCRIPTION, 13))),
          new RpcMessage<RpcFormat.TailRequest>(
              RpcFormat::decodeTail,
              RpcFormat::encode,
              List.of(new RpcFormat.TailRequest(SUBSCRIPTION, 1, 2, 3))),
          new RpcMessage<TailResult>(
              RpcFormat::decodeTailResult,
              RpcFormat::encode,
              List.of(page(), new TailResult.SubscriptionReplaced())),
          new RpcMessage<RpcFormat.FindRequest>(
              RpcFormat::decodeFind,
              RpcFormat::encode,
              List.of(
                  new RpcFormat.FindRequest(SHARD, new StartingPosition.TrimHorizon()),
                  new RpcFormat.FindRequest(
                      SHARD,
                      new StartingPosition.AfterSequenceNumber(
                          SequenceNumber.starting(1_700_000_000L, new ShardId(3)))))),
          new RpcMessage<Optional<Long>>(
              RpcFormat::decodeFound,
              RpcFormat::encodeFound,
              List.of(Optional.of(5L), Optional.empty())),
          new RpcMessage<List<SuccessorsFormat.Successor>>(
              SuccessorsFormat::decode,
              SuccessorsFormat::encode,
              List.of(
                  List.of(
                      new SuccessorsFormat.Successor(
                          new ShardDefinition(
                              new ShardId(5), HashKeyRange.ALL, List.of(new ShardId(3)), 1_700L),
                          List.of("a:1", "b:2"))))),
          new RpcMessage<UUID>(
              MemberFormat::decodeBareQuestion, MemberFormat::bareQuestion, List.of(MEMBER)),
          new RpcMessage<MemberStanding>(
              MemberFormat::decodeStanding,
              MemberFormat::encode,
              List.of(new MemberStanding(true, 1_700_000L, FeatureLevel.NEWEST))),
          new RpcMessage<MemberFormat.RowsQuestion>(
              MemberFormat::decodeRowsQuestion,
              MemberFormat::encode,
              List.of(new MemberFormat.RowsQuestion(MEMBER, SHARD, 5, 1 << 20))),
          new RpcMessage<AppliedShards>(
              MemberFormat::decodeApplied,
              MemberFormat::encode,
              List.of(new AppliedShards(new LogPosition(3, 77), List.of(SHARD)))),
          new RpcMessage<Optional<RowPage>>(
              MemberFormat::decodePage,
              MemberFormat::encode,
              List.of(
                  Optional.of(
                      new RowPage(
                          List.of(new StoredRow(5, ByteBuffer.wrap(new byte[] {1, 2, 3}))),
                          6,
                          true)),
                  Optional.empty())));

  private static NumberedBatch batch(int bytes) {
    return new NumberedBatch(
        SHARD,
        new BatchNumber(5, 2, 1),
        true,
        new RecordBatch.Builder(8).add(new byte[3], new byte[bytes], 0, bytes).build());
  }

  private static ReadResult.RecordPage page() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
    return new ReadResult.RecordPage(
        List.of(new StoredRecord(5, 17, bytes, bytes, false)), 6, 9, 1_700L);
  }

  /** The outcomes of batches; those that were refused are left out. */
  private static List<AppendOutcome> resolved(ByteBuffer bytes) {
    List<AppendOutcome> outcomes = new ArrayList<>();
    for (BatchAnswer answer : RpcFormat.decodeAnswers(bytes)) {
      if (answer instanceof BatchAnswer.Resolved(AppendOutcome outcome)) {
        outcomes.add(outcome);
      }
    }
    return outcomes;
  }

  private static ByteBuffer answers(List<AppendOutcome> outcomes) {
    List<BatchAnswer> answers = new ArrayList<>();
    answers.add(new BatchAnswer.Refused(new LogRefusedException(Reason.DISK_FULL, "full", null)));
    outcomes.forEach(outcome -> answers.add(new BatchAnswer.Resolved(outcome)));
    return RpcFormat.encodeAnswers(answers);
  }

  @Override
  protected List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int kind = 0; kind < MESSAGES.size(); kind++) {
      for (ByteBuffer bytes : MESSAGES.get(kind).encoded()) {
        seeds.add(ByteBuffer.allocate(1 + bytes.remaining()).put((byte) kind).put(bytes).array());
      }
    }
    return seeds;
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "NOT_LEADER", "DISK_FULL", "49590338271490256608559692538361571095921575989136588898");
  }

  @Override
  protected void decode(byte[] input) {
    if (input.length > 0) {
      MESSAGES
          .get((input[0] & 0xFF) % MESSAGES.size())
          .check(ByteBuffer.wrap(input, 1, input.length - 1).slice());
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(
        IllegalStateException.class, IllegalArgumentException.class, LogRefusedException.class);
  }
}
