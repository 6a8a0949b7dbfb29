// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.PublishedShards;
import dev.millrace.core.stream.PublishedShards.BornShard;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.crds.KinesisStreamStatus.PublishedShape;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The shape of each stream as the operator has published it. Streams and Shards are watched
 * separately, so a front may see the new generation before its Shards, or the other way round. It
 * lists the shape before until it has seen all that the digest covers: closed parents and their
 * children appear at once. Any thread may call.
 */
final class PublishedShapes {
  private static final long FIRST_GENERATION = 1;

  private record Adopted(long generation, StreamShape shape) {}

  private final Map<StreamId, Adopted> adopted = new ConcurrentHashMap<>();

  /**
   * The shape to list.
   *
   * @param published what the stream's status says; empty while the stream is created
   * @param seen all Shards that were seen
   * @return empty while there is no shape that covers all hash keys
   */
  Optional<StreamShape> shape(
      StreamId stream, Optional<PublishedShape> published, Collection<BornShard> seen) {
    long generation = published.map(PublishedShape::generation).orElse(FIRST_GENERATION);
    PublishedShards shards = PublishedShards.of(seen, generation);
    boolean isWhole = published.filter(shape -> shape.digest().equals(shards.digest())).isPresent();
    if (isWhole && shards.isComplete()) {
      Adopted next = new Adopted(generation, shards.shape());
      return Optional.of(
          adopted
              .merge(stream, next, (before, now) -> isOlder(now, before) ? before : now)
              .shape());
    }
    Adopted before = adopted.get(stream);
    if (before != null) {
      return Optional.of(before.shape());
    }
    // A front that has just started: what it has read is a state that there was.
    return Optional.of(shards)
        .filter(PublishedShards::isComplete)
        .map(PublishedShards::shape)
        .filter(StreamShape::coversAllKeys);
  }

  private static boolean isOlder(Adopted one, Adopted other) {
    return one.generation() < other.generation();
  }

  /** Forgets a stream that was deleted. */
  void forget(StreamId stream) {
    adopted.remove(stream);
  }
}
