// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.error.Excerpt;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.stream.ShardRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Encrypts the records of a shard for its leader, before they are written to the log, and decrypts
 * them for readers. Followers and apply never need it: to them, encrypted records are bytes.
 *
 * <p>Callable from any thread; never blocks. Stages fail with {@link LogRefusedException} whose
 * reason is one of {@code KEY_...}: nothing was done then.
 */
public interface RecordCipher {

  /** For a process without master keys: refuses what needs one. */
  RecordCipher NONE =
      new RecordCipher() {
        private static LogRefusedException refusal(String keyId) {
          return new LogRefusedException(
              Reason.KEY_NOT_FOUND,
              "no master keys are configured in this process, so key %s cannot be used"
                  .formatted(Excerpt.of(keyId)),
              null);
        }

        @Override
        public CompletionStage<Void> check(String keyId) {
          return CompletableFuture.failedStage(refusal(keyId));
        }

        @Override
        public CompletionStage<RecordBatch> encrypt(
            ShardRef shard, RecordBatch records, RecordProtection.Requested with) {
          return CompletableFuture.failedStage(refusal(with.keyId()));
        }

        @Override
        public RecordBatch decrypt(ShardRef shard, RecordBatch records) {
          return switch (records.protection()) {
            case RecordProtection.Clear clear -> records;
            case RecordProtection.Requested requested -> records;
            case RecordProtection.Encrypted(WrappedKey key) -> throw refusal(key.keyId());
          };
        }

        @Override
        public CompletionStage<Void> fetch(ShardRef shard, WrappedKey key) {
          return CompletableFuture.failedStage(refusal(key.keyId()));
        }
      };

  /** Completes if a master key can be used now. */
  CompletionStage<Void> check(String keyId);

  /**
   * Encrypts records. Completes at once where a data key is at hand.
   *
   * @param with what the records request
   */
  CompletionStage<RecordBatch> encrypt(
      ShardRef shard, RecordBatch records, RecordProtection.Requested with);

  /**
   * Decrypts records; returns those that are not encrypted as they are.
   *
   * @throws DataKeyNeededException if {@link #fetch} has to bring their data key first
   * @throws IllegalStateException if they are not what was encrypted for this shard
   */
  RecordBatch decrypt(ShardRef shard, RecordBatch records);

  /** Brings a data key, for {@link #decrypt} to find it. */
  CompletionStage<Void> fetch(ShardRef shard, WrappedKey key);
}
