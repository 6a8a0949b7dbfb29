// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.TestingShards;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is to be encrypted reaches the log encrypted or not at all, and once. */
class EncryptingLeaderTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));
  private static final RecordProtection.Requested WITH = new RecordProtection.Requested("alias/k");

  private final TestingShards shards = new TestingShards();
  private final MaskingCipher cipher = new MaskingCipher();
  private final LocalLeader leader = leader(ShardLimits.NONE);
  private int sessions;

  private LocalLeader leader(ShardLimits limits) {
    return new LocalLeader(
        shards,
        shards.reader(),
        cipher,
        new ReadPool(Runnable::run),
        new ShardTails(),
        limits,
        () -> Instant.ofEpochSecond(1_700_000_000L),
        () -> ++sessions);
  }

  /** Encrypts by a mask, as soon as its key is there. */
  private static final class MaskingCipher implements RecordCipher {
    private CompletableFuture<Boolean> key = CompletableFuture.completedFuture(true);
    private int encrypted;

    @Override
    public CompletionStage<Void> check(String keyId) {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<RecordBatch> encrypt(
        ShardRef shard, RecordBatch records, RecordProtection.Requested with) {
      return key.thenApply(
          done -> {
            byte number = (byte) ++encrypted;
            byte[] bytes = new byte[records.sizeBytes()];
            records.payload().get(records.payload().position(), bytes);
            for (int i = 0; i < bytes.length; i++) {
              bytes[i] ^= (byte) (0x80 | number);
            }
            return new RecordBatch(
                records.count(),
                ByteBuffer.wrap(bytes),
                new RecordProtection.Encrypted(
                    new WrappedKey(with.keyId(), ByteBuffer.wrap(new byte[] {number}))));
          });
    }

    @Override
    public RecordBatch decrypt(ShardRef shard, RecordBatch records) {
      return records;
    }

    @Override
    public CompletionStage<Void> fetch(ShardRef shard, WrappedKey needed) {
      return CompletableFuture.completedStage(null);
    }
  }

  private long session() {
    shards.propose(new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L));
    SessionOutcome opened = leader.openSession(SHARD).toCompletableFuture().join();
    return ((Outcome.SessionOpened) opened).session();
  }

  private static RecordBatch records(String... texts) {
    RecordBatch.Builder batch = new RecordBatch.Builder(64);
    for (String text : texts) {
      byte[] data = text.getBytes(UTF_8);
      batch.add("key".getBytes(UTF_8), data, 0, data.length);
    }
    return batch.build().with(WITH);
  }

  private List<RecordBatch> proposed() {
    return shards.proposed().stream()
        .filter(Command.AppendRecords.class::isInstance)
        .map(command -> ((Command.AppendRecords) command).records())
        .toList();
  }

  private static Reason reason(CompletionStage<?> refused) {
    CompletableFuture<?> answer = refused.toCompletableFuture();
    assertThat(answer).isCompletedExceptionally();
    return ((LogRefusedException) CompletionFailures.cause(answer.exceptionNow())).reason();
  }

  @Test
  void theLogGetsEncryptedRecordsOnly() {
    long session = session();
    leader.append(SHARD, new BatchNumber(session, 1, 0), false, records("secret"));
    assertThat(proposed()).singleElement().matches(RecordBatch::isEncrypted);
    assertThat(UTF_8.decode(proposed().getFirst().payload().duplicate()).toString())
        .doesNotContain("secret");
  }

  @Test
  void recordsThatTheLimitsLeaveAreEncryptedToo() {
    long session = session();
    LocalLeader limited =
        leader(
            new ShardLimits() {
              @Override
              public boolean admitWrite(ShardRef shard, long bytes) {
                return bytes < 20;
              }

              @Override
              public boolean admitRead(ShardRef shard) {
                return true;
              }

              @Override
              public void read(ShardRef shard, long bytes) {}

              @Override
              public void forget(ShardRef shard) {}
            });
    AppendOutcome outcome =
        limited
            .append(
                SHARD,
                new BatchNumber(session, 1, 0),
                false,
                records("small", "a text of more than twenty bytes"))
            .toCompletableFuture()
            .join();
    assertThat(((Outcome.Appended) outcome).throttled()).containsExactly(1);
    assertThat(proposed()).singleElement().matches(RecordBatch::isEncrypted);
  }

  @Test
  void aBatchThatIsSentTwiceIsInTheShardOnceAlthoughItsBytesDiffer() {
    long session = session();
    BatchNumber number = new BatchNumber(session, 1, 0);
    cipher.key = new CompletableFuture<>();
    CompletionStage<AppendOutcome> first = leader.append(SHARD, number, false, records("a"));
    CompletionStage<AppendOutcome> again = leader.append(SHARD, number, true, records("a"));
    assertThat(proposed()).isEmpty();
    cipher.key.complete(true);
    assertThat(again.toCompletableFuture().join()).isEqualTo(first.toCompletableFuture().join());
    assertThat(proposed()).hasSize(2).doesNotHaveDuplicates();
    assertThat(shards.count(Outcome.Appended.class)).isEqualTo(1);
    assertThat(shards.count(Outcome.AppendedBefore.class)).isEqualTo(1);
  }

  @Test
  void withoutAKeyNothingIsWrittenAndOtherStreamsGoOn() {
    long session = session();
    cipher.key =
        CompletableFuture.failedFuture(
            new LogRefusedException(Reason.KEY_NOT_FOUND, "no key", null));
    List<CompletionStage<AppendOutcome>> answers =
        leader.appendAll(
            List.of(
                new NumberedBatch(SHARD, new BatchNumber(session, 1, 0), false, records("a")),
                new NumberedBatch(
                    SHARD,
                    new BatchNumber(session, 2, 0),
                    false,
                    records("b").with(RecordProtection.Clear.ALL))));
    assertThat(reason(answers.getFirst())).isEqualTo(Reason.KEY_NOT_FOUND);
    assertThat(answers.getLast().toCompletableFuture().join()).isInstanceOf(Outcome.Appended.class);
    assertThat(shards.records(SHARD)).containsExactly("b");
  }

  @Test
  void aProcessWithoutMasterKeysRefusesToEncrypt() {
    long session = session();
    LocalLeader keyless =
        new LocalLeader(
            shards,
            shards.reader(),
            RecordCipher.NONE,
            new ReadPool(Runnable::run),
            new ShardTails(),
            ShardLimits.NONE,
            () -> Instant.ofEpochSecond(1_700_000_000L),
            () -> ++sessions);
    assertThat(reason(keyless.append(SHARD, new BatchNumber(session, 1, 0), false, records("a"))))
        .isEqualTo(Reason.KEY_NOT_FOUND);
    assertThat(proposed()).isEmpty();
  }

  @Test
  void whoDoesNotLeadNeedsNoKey() {
    long session = session();
    shards.depose();
    cipher.key = new CompletableFuture<>();
    assertThat(reason(leader.append(SHARD, new BatchNumber(session, 1, 0), false, records("a"))))
        .isEqualTo(Reason.NOT_LEADER);
  }

  @Test
  void aWriterCannotSendRecordsThatItEncrypted() {
    long session = session();
    RecordBatch forged =
        records("a")
            .with(
                new RecordProtection.Encrypted(new WrappedKey("alias/k", ByteBuffer.allocate(3))));
    assertThat(reason(leader.append(SHARD, new BatchNumber(session, 1, 0), false, forged)))
        .isEqualTo(Reason.MALFORMED);
  }
}
