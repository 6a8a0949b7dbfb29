// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.StreamId;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            streamName,
            null,
            shardCount,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    return stream;
  }

  static KinesisStream active(KinesisStream stream, int shards) {
    stream.setStatus(
        new KinesisStreamStatus(
            1L,
            null,
            "ACTIVE",
            id(stream).toString(),
            stream.getMetadata().getUid(),
            SECOND,
            shards,
            0,
            null,
            null,
            null,
            new PublishedShape(1L, digest(shards), shards),
            null,
            null,
            null));
    return stream;
  }

  private static String digest(int shards) {
    List<BornShard> born = new ArrayList<>();
    for (HashKeyRange range : HashKeyRange.uniform(shards)) {
      born.add(
          new BornShard(new ShardId(born.size()), range, List.of(), 1, false, Optional.of(SECOND)));
    }
    return PublishedShards.of(born, 1).digest();
  }

  /** Gives an active stream's status a reshard. */
  static void resharding(KinesisStream stream, KinesisStreamStatus.ReshardPhase phase) {
    KinesisStreamStatus status = stream.getStatus();
    stream.setStatus(
        new KinesisStreamStatus(
            status.observedGeneration(),
            status.streamARN(),
            status.streamStatus(),
            status.streamId(),
            status.objectUid(),
            status.creationSecond(),
            status.openShardCount(),
            status.closedShardCount(),
            status.endpoint(),
            status.directEndpoint(),
            status.selector(),
            status.shape(),
            new KinesisStreamStatus.Resharding(phase, 2L, 2, null, 1, "2026-11-21T09:00:00Z"),
            status.reshardRequest(),
            status.conditions()));
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
            "set-0",
            null,
            null));
    if (address != null) {
      shard.setStatus(
          new ShardStatus(
              ShardStatus.Phase.OPEN,
              null,
              "g",
              null,
              List.of("d"),
              address,
              "pod.svc:4569",
              List.of("other-pod.svc:4569"),
              null,
              null,
              null,
              null,
              null));
    }
    return shard;
  }
}
