// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.record.WrappedKey;
import dev.millrace.core.stream.ShardRef;

/** Records cannot be decrypted before {@link RecordCipher#fetch} has brought their data key. */
public final class DataKeyNeededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ShardRef shard;
  private final transient WrappedKey key;

  public DataKeyNeededException(ShardRef shard, WrappedKey key) {
    super("the data key of records of shard %s is not at hand".formatted(shard));
    this.shard = shard;
    this.key = key;
  }

  /** The shard of the records. */
  public ShardRef shard() {
    return shard;
  }

  /** The key that is needed. */
  public WrappedKey key() {
    return key;
  }
}
