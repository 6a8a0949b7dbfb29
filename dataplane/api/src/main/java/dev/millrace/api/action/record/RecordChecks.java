// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.record;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.protocol.Blob;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Checks the records of one request and computes the hash key of each. Not thread-safe.
 *
 * @param stream the stream of the records
 * @param hasher reused over the records
 * @param random generates hash keys where the stream distributes its records itself
 */
record RecordChecks(StreamDefinition stream, HashKey.Hasher hasher, RandomGenerator random) {

  RecordChecks(StreamDefinition stream, RandomGenerator random) {
    this(stream, new HashKey.Hasher(), random);
  }

  /**
   * A valid record with its hash key.
   *
   * @param key determines its shard
   * @param partitionKey UTF-8
   * @param data the client's bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Shared, never compared.
  record HashedRecord(HashKey key, byte[] partitionKey, Blob data) {
    int sizeBytes() {
      return partitionKey.length + data.length();
    }
  }

  /**
   * Checks one record.
   *
   * @param path the path of the data in the request, for the error message
   */
  Checked<HashedRecord> check(
      String partitionKey, Optional<String> explicitHashKey, Blob data, String path) {
    byte[] key = partitionKey.getBytes(StandardCharsets.UTF_8);
    if (key.length + data.length() > stream.settings().maxRecordBytes()) {
      return Checked.bad(tooLarge(path));
    }
    if (stream.settings().distribution() == RecordDistribution.AUTO) {
      HashKey any = new HashKey(random.nextLong(), random.nextLong());
      return Checked.good(new HashedRecord(any, key, data));
    }
    if (explicitHashKey.isEmpty()) {
      return Checked.good(new HashedRecord(hasher.hash(key), key, data));
    }
    return HashKey.parse(explicitHashKey.get())
        .<Checked<HashedRecord>>map(hash -> Checked.good(new HashedRecord(hash, key, data)))
        .orElseGet(
            () ->
                Checked.bad(
                    KinesisError.invalidArgument(
                        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
                            + explicitHashKey.get())));
  }

  private KinesisError tooLarge(String path) {
    return new KinesisError(
        KinesisError.Name.VALIDATION,
        "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d"
            .formatted(path, stream.settings().maxRecordBytes()));
  }
}
