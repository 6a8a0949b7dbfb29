// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import dev.millrace.crds.Shard;
import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.StreamConsumer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The watched objects as domain values. Informers and writers pass objects in; any thread may read.
 * An event only invalidates its stream, whose value is computed when it is next read.
 */
public final class StreamView {
  private final Map<String, KinesisStream> objects = new HashMap<>();
  private final Map<StreamId, ConcurrentNavigableMap<ShardId, Shard>> shards =
      new ConcurrentHashMap<>();
  private final Map<StreamId, StreamName> names = new HashMap<>();
  private final PublishedShapes shapes = new PublishedShapes();
  private final ConsumerView consumers;
  private final ConcurrentSkipListMap<StreamName, CachedStream> seen =
      new ConcurrentSkipListMap<>();

  /**
   * Creates an empty view.
   *
   * @param region part of ARNs
   */
  public StreamView(String region) {
    consumers = new ConsumerView(region);
  }

  /** A stream whose value is computed once, when it is first read. */
  public final class CachedStream {
    private final KinesisStream object;
    private final StreamManifest manifest;
    private volatile @Nullable CatalogueEntry entry;

    private CachedStream(KinesisStream object, StreamManifest manifest) {
      this.object = object;
      this.manifest = manifest;
    }

    /** The stream. */
    public CatalogueEntry entry() {
      CatalogueEntry known = entry;
      if (known == null) {
        known = StreamView.this.entry(object, manifest);
        entry = known;
      }
      return known;
    }

    /** The object in the API server. */
    KinesisStream object() {
      return object;
    }

    /** The object of a consumer. */
    Optional<StreamConsumer> consumer(String name) {
      return Optional.ofNullable(consumers.of(object, manifest.name()).get(name))
          .map(ConsumerView.ConsumerObject::object);
    }
  }

  /** Adds or replaces an object. */
  public synchronized void accept(KinesisStream object) {
    KinesisStream known = objects.get(object.getMetadata().getName());
    if (known != null && isNewer(known, object)) {
      return;
    }
    objects.put(object.getMetadata().getName(), object);
    if (known != null) {
      // An object that was created again may ask for another stream name.
      assign(StreamManifest.nameOf(known));
    }
    assign(StreamManifest.nameOf(object));
  }

  /** Whoever wrote an object may know a newer version than the informer. */
  private static boolean isNewer(KinesisStream known, KinesisStream other) {
    return known.getMetadata().getUid().equals(other.getMetadata().getUid())
        && Long.parseLong(known.getMetadata().getResourceVersion())
            > Long.parseLong(other.getMetadata().getResourceVersion());
  }

  synchronized void remove(KinesisStream object) {
    KinesisStream known = objects.get(object.getMetadata().getName());
    if (known == null || !known.getMetadata().getUid().equals(object.getMetadata().getUid())) {
      return;
    }
    objects.remove(object.getMetadata().getName());
    shapes.forget(streamId(object));
    assign(StreamManifest.nameOf(known));
  }

  synchronized void accept(Shard shard) {
    shards
        .computeIfAbsent(streamId(shard), id -> new ConcurrentSkipListMap<>())
        .put(shardId(shard), shard);
    changed(streamId(shard));
  }

  synchronized void remove(Shard shard) {
    shards.computeIfPresent(
        streamId(shard),
        (id, of) -> {
          of.remove(shardId(shard));
          return of.isEmpty() ? null : of;
        });
    changed(streamId(shard));
  }

  private void changed(StreamId stream) {
    Optional.ofNullable(names.get(stream)).ifPresent(this::changed);
  }

  private void changed(StreamName name) {
    seen.computeIfPresent(name, (n, was) -> new CachedStream(was.object, was.manifest));
  }

  /** Adds or replaces an object. */
  public synchronized void accept(StreamConsumer consumer) {
    consumers.accept(consumer).ifPresent(this::changed);
  }

  synchronized void remove(StreamConsumer consumer) {
    consumers.remove(consumer).ifPresent(this::changed);
  }

  private void changed(ConsumerView.StreamTarget stream) {
    Optional<String> name =
        stream.isByArn()
            ? Optional.of(stream.name())
            : Optional.ofNullable(objects.get(stream.name())).map(StreamManifest::nameOf);
    name.filter(StreamName::isValid).map(StreamName::new).ifPresent(this::changed);
  }

  /** The creation second of an earlier consumer with the stream and the name of this one. */
  Optional<Long> formerSecond(StreamConsumer consumer) {
    return consumers.formerSecond(consumer);
  }

  /** Gives a stream name to the object that holds it now; readers see the old one or the new. */
  private void assign(String name) {
    if (!StreamName.isValid(name)) {
      return;
    }
    StreamName streamName = new StreamName(name);
    Optional<CachedStream> holder = holder(name).flatMap(this::cached);
    CachedStream before =
        holder.isPresent() ? seen.put(streamName, holder.get()) : seen.remove(streamName);
    if (before != null) {
      names.remove(streamId(before.object));
    }
    holder.ifPresent(stream -> names.put(streamId(stream.object), streamName));
  }

  private Optional<KinesisStream> holder(String name) {
    Map<String, KinesisStream> claimants = new HashMap<>();
    List<StreamNameClaim> claims = new ArrayList<>();
    for (KinesisStream object : objects.values()) {
      if (name.equals(StreamManifest.nameOf(object))) {
        claimants.put(object.getMetadata().getUid(), object);
        claims.add(claim(object));
      }
    }
    return StreamNameClaim.holder(claims)
        .flatMap(claim -> Optional.ofNullable(claimants.get(claim.uid())));
  }

  private static StreamNameClaim claim(KinesisStream object) {
    return new StreamNameClaim(
        object.getMetadata().getName(),
        object.getMetadata().getUid(),
        Instant.parse(object.getMetadata().getCreationTimestamp()),
        shownId(object).isPresent());
  }

  private Optional<CachedStream> cached(KinesisStream object) {
    try {
      return Optional.of(new CachedStream(object, StreamManifest.of(object)));
    } catch (IllegalArgumentException e) {
      // The operator says so in the object's conditions; there is no stream to serve.
      return Optional.empty();
    }
  }

  private CatalogueEntry entry(KinesisStream object, StreamManifest manifest) {
    StreamId id = streamId(object);
    Optional<StreamShape> shape = shapes.shape(id, published(object), born(id));
    SortedMap<String, ConsumerView.ConsumerObject> registered =
        consumers.of(object, manifest.name());
    SortedMap<String, ConsumerDefinition> byName = new TreeMap<>();
    registered.forEach((name, consumer) -> byName.put(name, consumer.definition()));
    StreamDefinition definition =
        new StreamDefinition(
            manifest.name(),
            id,
            creationSecond(object),
            status(object, shape.isPresent()),
            manifest.settings(),
            byName,
            shape.orElseGet(() -> new StreamShape(List.of(), 0)),
            Optional.empty());
    // Consumers are other objects: without them a change could be based on others than were seen.
    long revision =
        object.getMetadata().getGeneration() + ((long) ConsumerView.revision(registered) << 32);
    return new CatalogueEntry(definition, revision);
  }

  /**
   * The second that the operator has given the stream: the object's own unless an earlier stream of
   * the name had that second or a later one.
   */
  private static long creationSecond(KinesisStream object) {
    return ownStatus(object)
        .map(KinesisStreamStatus::creationSecond)
        .orElseGet(
            () -> Instant.parse(object.getMetadata().getCreationTimestamp()).getEpochSecond());
  }

  /** The status, if it was not computed for an earlier object of the same name. */
  private static Optional<KinesisStreamStatus> ownStatus(KinesisStream object) {
    return Optional.ofNullable(object.getStatus()).filter(status -> shownId(object).isPresent());
  }

  private static Optional<PublishedShape> published(KinesisStream object) {
    return ownStatus(object).flatMap(status -> Optional.ofNullable(status.shape()));
  }

  private List<BornShard> born(StreamId stream) {
    return shardsOf(stream).values().stream().map(StreamView::born).toList();
  }

  private SortedMap<ShardId, Shard> shardsOf(StreamId stream) {
    SortedMap<ShardId, Shard> known = shards.get(stream);
    return known == null ? Collections.emptySortedMap() : known;
  }

  /**
   * The watches of streams and shards are not synchronized: a stream is shown as CREATING until all
   * its shards have been seen.
   */
  private static StreamStatus status(KinesisStream object, boolean isSeen) {
    if (object.getMetadata().getDeletionTimestamp() != null) {
      return StreamStatus.DELETING;
    }
    KinesisStreamStatus status = ownStatus(object).orElse(null);
    if (status == null || status.streamStatus() == null) {
      return StreamStatus.CREATING;
    }
    StreamStatus said =
        PendingReshard.statusOf(StreamStatus.valueOf(status.streamStatus()), object, status);
    return isSeen ? said : StreamStatus.CREATING;
  }

  private static BornShard born(Shard shard) {
    ShardSpec spec = shard.getSpec();
    List<String> parents = spec.parentShardIds() == null ? List.of() : spec.parentShardIds();
    return new BornShard(
        parse(spec.shardId()),
        new HashKeyRange(
            HashKey.parse(spec.startingHashKey()).orElseThrow(),
            HashKey.parse(spec.endingHashKey()).orElseThrow()),
        parents.stream().map(StreamView::parse).toList(),
        Optional.ofNullable(spec.bornIn()).orElse(1L),
        spec.shardSet() == null,
        Optional.ofNullable(spec.creationSecond())
            .or(() -> Optional.ofNullable(shard.getStatus()).map(ShardStatus::creationSecond)));
  }

  private static ShardId parse(String text) {
    return ShardId.parse(text)
        .orElseThrow(() -> new IllegalStateException("no shard id: '" + text + "'"));
  }

  private static ShardId shardId(Shard shard) {
    return parse(shard.getSpec().shardId());
  }

  private static StreamId streamId(Shard shard) {
    String text = shard.getSpec().streamId();
    return StreamId.parse(text)
        .orElseThrow(() -> new IllegalStateException("no stream id: '" + text + "'"));
  }

  /** A stream that took up retained records has their id, which its status tells. */
  private static StreamId streamId(KinesisStream object) {
    return shownId(object)
        .orElseGet(() -> StreamId.of(UUID.fromString(object.getMetadata().getUid())));
  }

  private static Optional<StreamId> shownId(KinesisStream object) {
    return Optional.ofNullable(object.getStatus())
        .flatMap(
            status ->
                StreamId.shown(
                    object.getMetadata().getUid(), status.objectUid(), status.streamId()));
  }

  SortedMap<StreamName, CatalogueEntry> entries() {
    SortedMap<StreamName, CatalogueEntry> entries = new TreeMap<>();
    seen.forEach((name, s) -> entries.put(name, s.entry()));
    return Collections.unmodifiableSortedMap(entries);
  }

  /** The stream of a name. */
  public Optional<CachedStream> find(StreamName name) {
    return Optional.ofNullable(seen.get(name));
  }

  List<String> routes(ShardRef ref) {
    Shard shard = shardsOf(ref.stream()).get(ref.shard());
    ShardStatus status = shard == null ? null : shard.getStatus();
    return status == null
        ? List.of()
        : Stream.concat(
                Stream.of(status.address(), status.hostname()).filter(Objects::nonNull),
                Optional.ofNullable(status.others()).stream().flatMap(List::stream))
            .toList();
  }
}
