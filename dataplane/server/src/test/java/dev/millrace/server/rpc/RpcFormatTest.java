// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.shard.NumberedBatch;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.SubscribeOutcome;
import dev.millrace.leader.shard.ShardLeader.TailResult;
import dev.millrace.leader.shard.SubscriptionRef;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of a call to append hold many batches; what is not such bytes is rejected. */
class RpcFormatTest {
  private static final List<NumberedBatch> BATCHES =
      List.of(
          batch(0, 1, false, 300),
          batch(7, 9, true, 1),
          batch(0, 2, false, 20),
          toEncrypt(batch(0, 3, false, 20)));

  private static NumberedBatch toEncrypt(NumberedBatch batch) {
    return new NumberedBatch(
        batch.shard(),
        batch.number(),
        batch.retry(),
        batch.records().with(new RecordProtection.Requested("alias/k")));
  }

  private static NumberedBatch batch(int shard, long number, boolean again, int bytes) {
    return new NumberedBatch(
        new ShardRef(new StreamId(0x1234_5678_9abc_def0L), new ShardId(shard)),
        new BatchNumber(5, number, number - 1),
        again,
        new RecordBatch.Builder(8).add(new byte[3], new byte[bytes], 0, bytes).build());
  }

  private static ByteBuffer cut(ByteBuffer bytes, int length) {
    return bytes.duplicate().limit(bytes.position() + length).slice();
  }

  @Test
  void batchesComeBackInTheirOrder() {
    assertThat(RpcFormat.decodeAppend(RpcFormat.encodeAppend(BATCHES))).isEqualTo(BATCHES);
  }

  @Test
  void answersComeBackInTheirOrder() {
    List<BatchAnswer> answers =
        List.of(
            new BatchAnswer.Resolved(new Outcome.Appended(5, 17, List.of(0, 300))),
            new BatchAnswer.Resolved(new Outcome.Sealed(99)),
            new BatchAnswer.Resolved(new Outcome.NoSuchShard()),
            new BatchAnswer.Resolved(new Outcome.OutsideWindow()));
    assertThat(RpcFormat.decodeAnswers(RpcFormat.encodeAnswers(answers))).isEqualTo(answers);
    LogRefusedException refusal = new LogRefusedException(Reason.DISK_FULL, "no room", null);
    List<BatchAnswer> mixed =
        RpcFormat.decodeAnswers(
            RpcFormat.encodeAnswers(
                List.of(answers.getFirst(), new BatchAnswer.Refused(refusal), answers.getLast())));
    assertThat(mixed.getFirst()).isEqualTo(answers.getFirst());
    assertThat(mixed.get(1))
        .isInstanceOfSatisfying(
            BatchAnswer.Refused.class,
            refused -> {
              assertThat(refused.refusal().reason()).isEqualTo(Reason.DISK_FULL);
              assertThat(refused.refusal()).hasMessage("no room");
            });
    assertThat(mixed.getLast()).isEqualTo(answers.getLast());
  }

  @Test
  void aRefusalOfTheWholeCallIsThrown() {
    assertRefused(
        Reason.NOT_LEADER,
        catchThrowable(
            () -> RpcFormat.decodeAnswers(RpcFormat.encodeRefusal(Reason.NOT_LEADER, "not yet"))));
  }

  @Test
  void bytesThatWereCutOrGoOnAreRejected() {
    ByteBuffer request = RpcFormat.encodeAppend(BATCHES);
    for (int length = 1; length < request.remaining(); length++) {
      ByteBuffer part = cut(request, length);
      assertThat(catchThrowable(() -> RpcFormat.decodeAppend(part)))
          .as("%d bytes", length)
          .isInstanceOfAny(IllegalStateException.class, BufferUnderflowException.class);
    }
    FormatWriter longer = new FormatWriter(1_000).raw(request).u8(0);
    assertThatThrownBy(() -> RpcFormat.decodeAppend(longer.toByteBuffer()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCallWithoutBatchesOrWithTooManyIsRejected() {
    for (int count : List.of(0, 4_097, Integer.MAX_VALUE)) {
      ByteBuffer request = new FormatWriter(8).u8(6).varint(count).toByteBuffer();
      assertThatThrownBy(() -> RpcFormat.decodeAppend(request)).hasMessageContaining("batches");
      ByteBuffer answer = new FormatWriter(8).u8(6).u8(0).varint(count).toByteBuffer();
      assertThatThrownBy(() -> RpcFormat.decodeAnswers(answer)).hasMessageContaining("batches");
    }
  }

  @Test
  void whatIsSaidOfSubscriptionsComesBack() {
    SubscriptionRef subscription =
        new SubscriptionRef(
            new ShardRef(new StreamId(7), new ShardId(3)), new ConsumerRef("c", 5), 9);
    RpcFormat.SubscribeRequest begin =
        new RpcFormat.SubscribeRequest(
            subscription.shard(), subscription.consumer(), new StartingPosition.AtTimestamp(11));
    assertThat(RpcFormat.decodeSubscribe(RpcFormat.encode(begin))).isEqualTo(begin);
    RpcFormat.UnsubscribeRequest end = new RpcFormat.UnsubscribeRequest(subscription, 13);
    assertThat(RpcFormat.decodeUnsubscribe(RpcFormat.encode(end))).isEqualTo(end);
    RpcFormat.TailRequest tail = new RpcFormat.TailRequest(subscription, 1, 2, 3);
    assertThat(RpcFormat.decodeTail(RpcFormat.encode(tail))).isEqualTo(tail);
    for (SubscribeOutcome outcome :
        List.of(
            new SubscribeOutcome.Subscribed(subscription, 17),
            new SubscribeOutcome.TooSoon(),
            new ReadResult.ShardMissing())) {
      assertThat(RpcFormat.decodeSubscribeOutcome(RpcFormat.encode(outcome))).isEqualTo(outcome);
    }
    for (TailResult result :
        List.of(
            new ReadResult.RecordPage(List.of(), 3, 4, 5),
            new ReadResult.RecordPage(
                List.of(
                    new StoredRecord(1, 9, ByteBuffer.allocate(2), ByteBuffer.allocate(3), true),
                    new StoredRecord(2, 9, ByteBuffer.allocate(0), ByteBuffer.allocate(1), false)),
                3,
                4,
                5),
            new TailResult.SubscriptionReplaced(),
            new ReadResult.ShardMissing())) {
      assertThat(RpcFormat.decodeTailResult(RpcFormat.encode(result))).isEqualTo(result);
    }
  }

  @Test
  void aFlagIsZeroOrOne() {
    ByteBuffer request =
        new FormatWriter(100)
            .u8(6)
            .varint(1)
            .i64(1)
            .varint(0)
            .i64(5)
            .i64(1)
            .i64(0)
            .u8(2)
            .varint(1)
            .varint(2)
            .u8(0)
            .u8(0)
            .toByteBuffer();
    assertThatThrownBy(() -> RpcFormat.decodeAppend(request)).hasMessageContaining("flag 2");
  }

  @Test
  void anotherVersionIsRefusedWhetherOlderOrNewer() {
    for (int version : List.of(0, 5, 7, 255)) {
      ByteBuffer request =
          new FormatWriter(1_000).u8(version).raw(RpcFormat.encodeAppend(BATCHES)).toByteBuffer();
      assertRefused(Reason.NOT_LEADER, catchThrowable(() -> RpcFormat.decodeAppend(request)));
    }
  }

  private static void assertRefused(Reason reason, Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
