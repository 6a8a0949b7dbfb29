// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the fronts in a stream's pods tell clients of the stream: {@code PUT /admin/publication}. Of
 * the shards it has only those that a pod lacks; a pod lists a generation only once it has all
 * shards that the digest covers (docs/adr/0019-the-api-at-shard-pods.md).
 *
 * @param streamId 16 hexadecimal digits
 * @param version changes with the description; means nothing to a pod
 * @param description what is known of the stream beside its shards
 * @param generation of the published set of shards
 * @param digest of all listed shards, as {@link PublishedShards#digest}
 * @param kept which of the shards that a pod may have are listed still
 * @param added the other shards, in the order of their ids
 */
public record StreamPublication(
    String streamId,
    String version,
    StreamDescription description,
    long generation,
    String digest,
    List<IndexRange> kept,
    List<DescribedShard> added) {

  /**
   * Consecutive indexes of shards.
   *
   * @param first the first one
   * @param last the last one
   */
  public record IndexRange(int first, int last) {
    private boolean contains(int index) {
      return first <= index && index <= last;
    }
  }

  /**
   * A shard that is listed.
   *
   * @param shardId {@code shardId-} and 12 digits
   * @param startingHashKey decimal, inclusive
   * @param endingHashKey decimal, inclusive
   * @param parentShardIds none, one or two
   * @param creationSecond epoch seconds
   * @param shardSet the set whose pods host it; null for a virtual shard
   * @param group the group of the set that hosts it; null for the first, and then not in the JSON:
   *     earlier builds know no groups
   */
  public record DescribedShard(
      String shardId,
      String startingHashKey,
      String endingHashKey,
      List<String> parentShardIds,
      long creationSecond,
      @Nullable String shardSet,
      @Nullable Integer group) {
    public DescribedShard {
      DocumentField.required("shardId", shardId);
      DocumentField.required("startingHashKey", startingHashKey);
      DocumentField.required("endingHashKey", endingHashKey);
      parentShardIds = DocumentField.list("parentShardIds", parentShardIds);
      if (group != null && group < 0) {
        throw new IllegalArgumentException("group must be at least 0, found " + group);
      }
    }

    /** {@code host:port} where its group is reached, for an address with the name of its set. */
    private String at(String address) {
      return group == null || group == 0 ? address : GroupPorts.of(address, group);
    }

    private ShardId id() {
      return DocumentField.shardId(shardId);
    }

    private BornShard born(long generation) {
      return new BornShard(
          id(),
          DocumentField.range(startingHashKey, endingHashKey),
          DocumentField.shardIds(parentShardIds),
          generation,
          shardSet == null,
          Optional.of(creationSecond));
    }
  }

  /**
   * What a pod has of a stream, as it reports it.
   *
   * @param streamId 16 hexadecimal digits
   * @param version of the description
   * @param generation of the shards; 0 if it needs all of them
   * @param digest of the shards
   */
  public record HeldPublication(String streamId, String version, long generation, String digest) {
    public HeldPublication {
      DocumentField.required("streamId", streamId);
      DocumentField.required("version", version);
      DocumentField.required("digest", digest);
    }
  }

  public StreamPublication {
    DocumentField.required("streamId", streamId);
    DocumentField.required("version", version);
    DocumentField.required("description", description);
    DocumentField.required("digest", digest);
    kept = DocumentField.list("kept", kept);
    added = DocumentField.list("added", added);
  }

  /** Ranges of the indexes of shards. */
  public static List<IndexRange> ranges(Collection<ShardId> shards) {
    List<IndexRange> ranges = new ArrayList<>();
    shards.stream()
        .sorted()
        .forEach(
            shard -> {
              IndexRange last = ranges.isEmpty() ? null : ranges.getLast();
              if (last != null && last.last() + 1 == shard.index()) {
                ranges.set(ranges.size() - 1, new IndexRange(last.first(), shard.index()));
              } else {
                ranges.add(new IndexRange(shard.index(), shard.index()));
              }
            });
    return List.copyOf(ranges);
  }

  /**
   * The same publication with all of its shards, for a pod that has another one.
   *
   * @param held what the pod has, with all of its shards
   * @return empty if they are not all that the digest covers
   */
  public Optional<StreamPublication> over(Optional<StreamPublication> held) {
    List<DescribedShard> shards = new ArrayList<>(added);
    held.ifPresent(
        before -> before.added().stream().filter(shard -> isKept(shard.id())).forEach(shards::add));
    shards.sort(Comparator.comparing(DescribedShard::id));
    StreamPublication whole =
        new StreamPublication(
            streamId, version, description, generation, digest, List.of(), shards);
    return Optional.of(whole).filter(found -> found.shards().digest().equals(digest));
  }

  private boolean isKept(ShardId shard) {
    return kept.stream().anyMatch(range -> range.contains(shard.index()));
  }

  /** The stream. */
  public StreamId id() {
    return DocumentField.streamId(streamId);
  }

  /** The publication as the pod that has it reports it. */
  public HeldPublication held() {
    return new HeldPublication(streamId, version, generation, digest);
  }

  private PublishedShards shards() {
    SortedMap<ShardId, BornShard> born = new TreeMap<>();
    added.forEach(shard -> born.put(shard.id(), shard.born(generation)));
    return new PublishedShards(born);
  }

  /** The stream as a front lists it; of a publication with all of its shards. */
  public StreamDefinition definition() {
    return description.toDefinition(id(), shards().shape());
  }

  /** {@code host:port} of the pods of each shard; of a publication with all of its shards. */
  public Map<ShardRef, List<String>> routes() {
    StreamId stream = id();
    Map<ShardRef, List<String>> routes = new HashMap<>();
    for (DescribedShard shard : added) {
      String set = shard.shardSet();
      if (set != null) {
        routes.put(
            new ShardRef(stream, shard.id()),
            description.addresses().stream()
                .map(address -> shard.at(address.replace(StreamDescription.SET, set)))
                .toList());
      }
    }
    return routes;
  }
}
