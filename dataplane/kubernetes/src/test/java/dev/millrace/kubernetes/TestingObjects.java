// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.StreamId;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Objects as the API server would hand them out. */
final class TestingObjects {
  /** Creation second of streams and shards: a second after the objects'. */
  static final long SECOND = Instant.parse("2026-11-21T08:00:01Z").getEpochSecond();

  private TestingObjects() {}

  private static StreamId id(KinesisStream stream) {
    return StreamId.of(UUID.fromString(stream.getMetadata().getUid()));
  }

  static KinesisStream stream(
      String name, String uid, @Nullable String streamName, @Nullable Integer shardCount) {
    KinesisStream stream = new KinesisStream();
    stream.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("team")
            .withUid(uid)
            .withGeneration(1L)
            .withResourceVersion("10")
            .withCreationTimestamp("2026-11-21T08:00:00Z")
            .build());
    stream.setSpec(
        new KinesisStreamSpec(
            streamName, null, shardCount, null, null, null, null, null, null, null, null, null));
    return stream;
  }

  static KinesisStream active(KinesisStream stream, int shards) {
    stream.setStatus(
        new KinesisStreamStatus(
            1L,
            null,
            "ACTIVE",
            id(stream).toString(),
            SECOND,
            shards,
            0,
            null,
            null,
            null,
            null,
            null,
            null));
    return stream;
  }

  static Shard shard(KinesisStream stream, int index, int of, @Nullable String address) {
    HashKeyRange range = HashKeyRange.uniform(of).get(index);
    StreamId id = id(stream);
    Shard shard = new Shard();
    shard.setMetadata(
        new ObjectMetaBuilder().withName(stream.getMetadata().getName() + "-" + index).build());
    shard.setSpec(
        new ShardSpec(
            stream.getMetadata().getName(),
            id.toString(),
            new ShardId(index).toString(),
            range.starting().toString(),
            range.ending().toString(),
            null,
            SECOND,
            null,
            "set-0"));
    if (address != null) {
      shard.setStatus(
          new ShardStatus(
              ShardStatus.Phase.OPEN,
              null,
              "g",
              "d",
              address,
              "pod.svc:4569",
              null,
              null,
              null,
              null));
    }
    return shard;
  }
}
