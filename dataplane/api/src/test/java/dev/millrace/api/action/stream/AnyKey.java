// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import dev.millrace.core.port.RecordCipher;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.stream.ShardRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says that every key can be used, and encrypts nothing. */
final class AnyKey implements RecordCipher {
  @Override
  public CompletionStage<Void> check(String keyId) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<RecordBatch> encrypt(
      ShardRef shard, RecordBatch records, RecordProtection.Requested with) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RecordBatch decrypt(ShardRef shard, RecordBatch records) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Void> fetch(ShardRef shard, WrappedKey key) {
    throw new UnsupportedOperationException();
  }
}
