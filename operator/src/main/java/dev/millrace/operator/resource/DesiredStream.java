// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.RecordDistribution;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamRequest;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamSpec.DeletionPolicy;
import dev.millrace.crds.KinesisStreamSpec.Limits;
import dev.millrace.crds.KinesisStreamSpec.LimitsProfileName;
import dev.millrace.crds.KinesisStreamSpec.Placement;
import dev.millrace.crds.KinesisStreamSpec.ShardLevelMetric;
import dev.millrace.crds.KinesisStreamSpec.Storage;
import dev.millrace.crds.KinesisStreamSpec.ZoneSpread;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.StreamStorageSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The desired state of a stream with all defaults filled in. The API server fills them in as well;
 * this covers objects that were stored before a default existed.
 *
 * @param identity the KinesisStream object
 * @param name the stream, as the Kinesis API names it
 * @param creationSecond epoch seconds; part of the sequence numbers of the initial shards
 * @param shardCount number of open shards
 * @param givenShardsPerPod number of shards that share a StatefulSet, if the spec says so; see
 *     {@link #shardsPerPod}
 * @param replicas number of pods of each shard set: 1, 3 or 5
 * @param initialGroups most Raft groups of each set of the initial shards
 * @param zones whether these must be in different zones
 * @param settings as the Kinesis API describes them
 * @param limits {@code aws} or {@code none}
 * @param storageSize of each pod's volume
 * @param storageClassName empty for the cluster's default class
 * @param deletionPolicy what happens to the volumes of a deleted stream
 */
public record DesiredStream(
    StreamIdentity identity,
    StreamName name,
    long creationSecond,
    int shardCount,
    Optional<Integer> givenShardsPerPod,
    int replicas,
    int initialGroups,
    ZoneSpread zones,
    StreamSettings settings,
    String limits,
    Quantity storageSize,
    Optional<String> storageClassName,
    DeletionPolicy deletionPolicy) {

  private static final String DEFAULT_STORAGE = "10Gi";

  /** Up to this number of open shards each new shard gets a pod of its own. */
  static final int MOST_UNPACKED_SHARDS = 8;

  /** Number of shards that share a pod in a stream with more open shards than that. */
  static final int PACKED_SHARDS_PER_POD = 32;

  /**
   * What a spec asks for.
   *
   * @param spec whose {@code streamName}, or the object's name, is a valid stream name
   * @param kept what was decided when the stream was created
   */
  public static DesiredStream of(
      StreamIdentity identity,
      KinesisStreamSpec spec,
      long creationSecond,
      StreamStorageSpec kept) {
    StreamRequest request = request(identity, spec);
    Optional<Storage> storage = Optional.ofNullable(spec.storage());
    return new DesiredStream(
        identity,
        new StreamName(request.name()),
        creationSecond,
        request.shardCount(),
        Optional.ofNullable(spec.placement())
            .flatMap(placement -> Optional.ofNullable(placement.shardsPerPod())),
        kept.copies(),
        kept.groupsAtFirst(),
        or(Optional.ofNullable(spec.placement()).map(Placement::zones), ZoneSpread.PREFERRED),
        request.settings(),
        text(or(Optional.ofNullable(spec.limits()).map(Limits::profile), LimitsProfileName.AWS)),
        or(storage.map(Storage::size), new Quantity(DEFAULT_STORAGE)),
        storage.map(Storage::storageClassName),
        or(Optional.ofNullable(spec.deletionPolicy()), DeletionPolicy.DELETE));
  }

  /** What a spec asks for in the terms of the Kinesis API, valid or not. */
  public static StreamRequest request(StreamIdentity identity, KinesisStreamSpec spec) {
    return new StreamRequest(
        identity.name(),
        Optional.ofNullable(spec.streamName()),
        mode(spec),
        Optional.ofNullable(spec.shardCount()),
        Optional.ofNullable(spec.retentionPeriodHours()),
        Optional.ofNullable(spec.maxRecordSizeInKiB()),
        Optional.ofNullable(spec.tags()).orElse(Map.of()),
        Optional.ofNullable(spec.desiredShardLevelMetrics()).orElse(List.of()).stream()
            .filter(Objects::nonNull)
            .map(DesiredStream::text)
            .collect(Collectors.toSet()),
        Optional.ofNullable(spec.streamEncryption()).map(KinesisStreamSpec.StreamEncryption::keyId),
        Optional.ofNullable(spec.recordDistributionStrategy()).map(DesiredStream::distribution),
        Optional.ofNullable(spec.warmThroughputMiBps()),
        Optional.ofNullable(spec.resourcePolicy()));
  }

  private static StreamMode mode(KinesisStreamSpec spec) {
    KinesisStreamSpec.StreamModeName given =
        spec.streamModeDetails() == null ? null : spec.streamModeDetails().streamMode();
    return given == KinesisStreamSpec.StreamModeName.ON_DEMAND
        ? StreamMode.ON_DEMAND
        : StreamMode.PROVISIONED;
  }

  private static RecordDistribution distribution(
      KinesisStreamSpec.RecordDistributionStrategy given) {
    return switch (given) {
      case USER_PARTITION_KEY -> RecordDistribution.USER_PARTITION_KEY;
      case AUTO -> RecordDistribution.AUTO;
    };
  }

  /** The stream name that an object asks for, valid or not. */
  public static String nameOf(KinesisStream object) {
    return StreamRequest.nameOf(
        object.getMetadata().getName(), Optional.ofNullable(object.getSpec().streamName()));
  }

  /** Whether each record has several copies. */
  public boolean isReplicated() {
    return replicas > 1;
  }

  /** The names of the stream's objects. */
  public ResourceNames names() {
    return new ResourceNames(identity);
  }

  /**
   * Number of shards that share a StatefulSet. It applies to shards that are created; the set of an
   * existing shard never changes (docs/adr/0021-density.md).
   *
   * @param openShards number of open shards that the stream will have with them
   */
  public int shardsPerPod(int openShards) {
    return givenShardsPerPod.orElse(openShards > MOST_UNPACKED_SHARDS ? PACKED_SHARDS_PER_POD : 1);
  }

  /**
   * The shards of a new stream, in the order of their ids.
   *
   * @param count how many
   */
  public List<ShardSpec> initialShards(int count) {
    ResourceNames names = names();
    int perPod = shardsPerPod(count);
    List<ShardSpec> shards = new ArrayList<>(count);
    for (HashKeyRange range : HashKeyRange.uniform(count)) {
      ShardId id = new ShardId(shards.size());
      GroupPlace place = GroupPlace.of(initialGroups, perPod, count, id.index());
      shards.add(
          new ShardSpec(
              name.text(),
              identity.streamId().toString(),
              id.toString(),
              range.starting().toString(),
              range.ending().toString(),
              null,
              creationSecond,
              ShardLayout.FIRST_GENERATION,
              names.shardSet(id.index() / perPod),
              place.group(),
              place.groups()));
    }
    return List.copyOf(shards);
  }

  /**
   * The shards that a reshard creates.
   *
   * @param lineage its new shards
   * @param generation in which they are born
   * @param openShards number of open shards that the reshard leads to
   */
  public List<ShardSpec> newShards(Lineage lineage, long generation, int openShards) {
    int perPod = shardsPerPod(openShards);
    int staying = (int) lineage.born().stream().filter(Lineage.Born::stays).count();
    List<ShardSpec> shards = new ArrayList<>();
    String set = "";
    int stayed = 0;
    for (Lineage.Born born : lineage.born()) {
      GroupPlace place =
          born.stays() ? GroupPlace.of(replicas, perPod, staying, stayed) : GroupPlace.ONLY;
      if (born.stays() && stayed++ % perPod == 0) {
        // Shard indexes are never used twice, so a set never finds the volume of an earlier one.
        set = names().shardSet(born.id().index());
      }
      shards.add(
          new ShardSpec(
              name.text(),
              identity.streamId().toString(),
              born.id().toString(),
              born.range().starting().toString(),
              born.range().ending().toString(),
              born.parents().stream().map(ShardId::toString).toList(),
              null,
              generation,
              born.stays() ? set : null,
              place.group(),
              place.groups()));
    }
    return List.copyOf(shards);
  }

  private static String text(ShardLevelMetric metric) {
    return switch (metric) {
      case INCOMING_BYTES -> "IncomingBytes";
      case INCOMING_RECORDS -> "IncomingRecords";
      case OUTGOING_BYTES -> "OutgoingBytes";
      case OUTGOING_RECORDS -> "OutgoingRecords";
      case WRITE_PROVISIONED_THROUGHPUT_EXCEEDED -> "WriteProvisionedThroughputExceeded";
      case READ_PROVISIONED_THROUGHPUT_EXCEEDED -> "ReadProvisionedThroughputExceeded";
      case ITERATOR_AGE_MILLISECONDS -> "IteratorAgeMilliseconds";
    };
  }

  private static String text(LimitsProfileName profile) {
    return switch (profile) {
      case AWS -> "aws";
      case NONE -> "none";
    };
  }

  private static <T> T or(Optional<? extends @Nullable T> given, T otherwise) {
    return given.isPresent() ? given.get() : otherwise;
  }
}
