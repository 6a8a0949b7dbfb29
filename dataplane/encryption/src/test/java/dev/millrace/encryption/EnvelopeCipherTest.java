// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.DataKeyNeededException;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Records are unreadable without the master key, which is asked seldom, and may come back. */
class EnvelopeCipherTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(7), new ShardId(1));
  private static final RecordProtection.Requested WITH = new RecordProtection.Requested("alias/k");
  private static final String PHRASE = "the plan of the mill";

  private final TestingMasterKeys masters = new TestingMasterKeys();
  private long nanos;
  private final EnvelopeCipher cipher = cipher(Runnable::run);

  private EnvelopeCipher cipher(Executor calls) {
    // Keys of a test need not be secret, and a seed makes them the same each time.
    return new EnvelopeCipher(masters, calls, () -> nanos, new Random(1));
  }

  private static RecordBatch records(String text) {
    byte[] data = text.getBytes(UTF_8);
    return new RecordBatch.Builder(64)
        .add("key".getBytes(UTF_8), data, 0, data.length)
        .add("key".getBytes(UTF_8), data, 0, 1)
        .build()
        .with(WITH);
  }

  private RecordBatch encrypt(String text) {
    return cipher.encrypt(SHARD, records(text), WITH).toCompletableFuture().join();
  }

  private static String text(RecordBatch records) {
    return UTF_8.decode(records.entries().getFirst().data().duplicate()).toString();
  }

  private static WrappedKey key(RecordBatch encrypted) {
    return ((RecordProtection.Encrypted) encrypted.protection()).key();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static Reason reason(CompletionStage<?> refused) {
    try {
      refused.toCompletableFuture().join();
    } catch (CompletionException e) {
      return ((LogRefusedException) CompletionFailures.cause(e)).reason();
    }
    throw new AssertionError("was not refused");
  }

  @Test
  void whatWasEncryptedIsReadAndDoesNotShowItsText() {
    RecordBatch encrypted = encrypt(PHRASE);
    assertThat(encrypted.count()).isEqualTo(2);
    assertThat(encrypted.sizeBytes()).isEqualTo(records(PHRASE).sizeBytes() + 28);
    assertThat(ISO_8859_1.decode(encrypted.payload().duplicate()).toString())
        .doesNotContain(PHRASE)
        .doesNotContain("key");
    assertThat(text(cipher.decrypt(SHARD, encrypted))).isEqualTo(PHRASE);
  }

  @Test
  void theSameRecordsNeverGiveTheSameBytes() {
    assertThat(encrypt(PHRASE).payload()).isNotEqualTo(encrypt(PHRASE).payload());
  }

  @Test
  void recordsThatAreNotEncryptedAreReturnedAsTheyAre() {
    RecordBatch clear = records(PHRASE).with(RecordProtection.Clear.ALL);
    assertThat(cipher.decrypt(SHARD, clear)).isSameAs(clear);
    assertThat(masters.unwraps()).isZero();
  }

  @Test
  void aBlockThatWasChangedOrMovedToAnotherShardIsNotRead() {
    RecordBatch encrypted = encrypt(PHRASE);
    ShardRef other = new ShardRef(SHARD.stream(), new ShardId(2));
    assertThatThrownBy(() -> cipher.decrypt(other, encrypted))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("damaged, or moved here");
    assertThatThrownBy(
            () ->
                cipher.decrypt(
                    SHARD, new RecordBatch(3, encrypted.payload(), encrypted.protection())))
        .isInstanceOf(IllegalStateException.class);
    byte[] bytes = encrypted.payload().array().clone();
    bytes[bytes.length / 2] ^= 1;
    assertThatThrownBy(
            () ->
                cipher.decrypt(
                    SHARD, new RecordBatch(2, ByteBuffer.wrap(bytes), encrypted.protection())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDataKeyOfOneStreamIsNotUnwrappedForAnother() {
    RecordBatch encrypted = encrypt(PHRASE);
    ShardRef other = new ShardRef(new StreamId(8), SHARD.shard());
    assertThat(reason(cipher.fetch(other, key(encrypted)))).isEqualTo(Reason.KEY_INVALID);
  }

  @Test
  void anotherProcessReadsThemOnceItHasFetchedTheKey() {
    RecordBatch encrypted = encrypt(PHRASE);
    EnvelopeCipher successor = cipher(Runnable::run);
    assertThatThrownBy(() -> successor.decrypt(SHARD, encrypted))
        .isInstanceOfSatisfying(
            DataKeyNeededException.class,
            needed -> {
              assertThat(needed.key()).isEqualTo(key(encrypted));
              successor.fetch(needed.shard(), needed.key()).toCompletableFuture().join();
            });
    assertThat(text(successor.decrypt(SHARD, encrypted))).isEqualTo(PHRASE);
  }

  @Test
  void aDataKeyIsUsedForAnHourAndProvenInTheBackground() {
    WrappedKey first = key(encrypt("a"));
    for (int i = 0; i < 14; i++) {
      pass(EnvelopeCipher.REFRESHED);
      assertThat(key(encrypt("b"))).isEqualTo(first);
    }
    assertThat(masters.wraps()).isEqualTo(1);
    assertThat(masters.unwraps()).isEqualTo(14);
    pass(EnvelopeCipher.REFRESHED);
    assertThat(key(encrypt("c"))).isNotEqualTo(first);
    assertThat(masters.wraps()).isEqualTo(2);
  }

  @Test
  void withoutTheMasterKeyNothingIsWrittenOrReadAfterFiveMinutesAndAllIsOnceItIsBack() {
    RecordBatch encrypted = encrypt(PHRASE);
    masters.lose(Reason.KEY_NOT_FOUND);
    pass(EnvelopeCipher.TRUSTED.minusNanos(1));
    assertThat(text(cipher.decrypt(SHARD, encrypt("still")))).isEqualTo("still");
    pass(EnvelopeCipher.FAILED);
    assertThat(reason(cipher.encrypt(SHARD, records("b"), WITH))).isEqualTo(Reason.KEY_NOT_FOUND);
    assertThatThrownBy(() -> cipher.decrypt(SHARD, encrypted))
        .isInstanceOf(DataKeyNeededException.class);
    assertThat(reason(cipher.fetch(SHARD, key(encrypted)))).isEqualTo(Reason.KEY_NOT_FOUND);
    masters.restore();
    pass(EnvelopeCipher.FAILED);
    cipher.fetch(SHARD, key(encrypted)).toCompletableFuture().join();
    assertThat(text(cipher.decrypt(SHARD, encrypted))).isEqualTo(PHRASE);
    assertThat(text(cipher.decrypt(SHARD, encrypt("again")))).isEqualTo("again");
  }

  @Test
  void aFailureIsTheAnswerForASecond() {
    masters.lose(Reason.KEY_DISABLED);
    for (int i = 0; i < 10; i++) {
      assertThat(reason(cipher.encrypt(SHARD, records("a"), WITH))).isEqualTo(Reason.KEY_DISABLED);
    }
    assertThat(masters.wraps()).isEqualTo(1);
    pass(EnvelopeCipher.FAILED);
    assertThat(reason(cipher.encrypt(SHARD, records("a"), WITH))).isEqualTo(Reason.KEY_DISABLED);
    assertThat(masters.wraps()).isEqualTo(2);
  }

  @Test
  void whoComesWhileAKeyIsFetchedWaitsForTheSameCall() {
    Queue<Runnable> calls = new ArrayDeque<>();
    EnvelopeCipher slow = cipher(calls::add);
    CompletionStage<RecordBatch> first = slow.encrypt(SHARD, records("a"), WITH);
    CompletionStage<RecordBatch> second = slow.encrypt(SHARD, records("b"), WITH);
    assertThat(calls).hasSize(1);
    assertThat(first.toCompletableFuture()).isNotDone();
    calls.remove().run();
    assertThat(key(first.toCompletableFuture().join()))
        .isEqualTo(key(second.toCompletableFuture().join()));
  }

  @Test
  void moreCallsThanCanWaitAreRefused() {
    EnvelopeCipher full =
        cipher(
            call -> {
              throw new RejectedExecutionException("full");
            });
    assertThat(reason(full.encrypt(SHARD, records("a"), WITH))).isEqualTo(Reason.KEY_UNREACHABLE);
  }

  @Test
  void ofVeryManyDataKeysTheOldestAreForgotten() {
    RecordBatch first = encrypt("first");
    for (int stream = 100; stream < 100 + EnvelopeCipher.MOST_KEYS; stream++) {
      cipher
          .encrypt(new ShardRef(new StreamId(stream), new ShardId(0)), records("a"), WITH)
          .toCompletableFuture()
          .join();
    }
    assertThatThrownBy(() -> cipher.decrypt(SHARD, first))
        .isInstanceOf(DataKeyNeededException.class);
  }

  @Test
  void aKeyThatDoesNotUnwrapWhatItWrapsIsNoKey() {
    cipher.check("alias/k").toCompletableFuture().join();
    masters.lose(Reason.KEY_DENIED);
    assertThat(reason(cipher.check("alias/k"))).isEqualTo(Reason.KEY_DENIED);
  }
}
