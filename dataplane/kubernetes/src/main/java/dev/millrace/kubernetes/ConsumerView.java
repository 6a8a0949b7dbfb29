// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.AccountId;
import dev.millrace.core.stream.ConsumerClaim;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ConsumerStatus;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * The watched StreamConsumer objects as consumers of streams. One thread writes at a time; any
 * thread may read.
 */
final class ConsumerView {
  /** Most consumers that are remembered after they are gone. */
  private static final int MOST_FORMER = 4_096;

  /**
   * What a StreamConsumer names: a KinesisStream object, or a stream by its ARN.
   *
   * @param name of the object, or of the stream
   */
  record StreamTarget(boolean isByArn, String name) {
    static StreamTarget object(String name) {
      return new StreamTarget(false, name);
    }

    static StreamTarget stream(StreamName name) {
      return new StreamTarget(true, name.text());
    }
  }

  /** A consumer of a stream and the object that has its name. */
  record ConsumerObject(ConsumerDefinition definition, StreamConsumer object) {}

  private record Former(StreamTarget stream, String consumer) {}

  private final String region;
  private final ConcurrentMap<StreamTarget, ConcurrentMap<String, StreamConsumer>> objects =
      new ConcurrentHashMap<>();
  private final LinkedHashMap<Former, Long> former = new LinkedHashMap<>();

  /** The uids of objects that were removed; the informer may show them once more. */
  private final LinkedHashSet<String> removed = new LinkedHashSet<>();

  ConsumerView(String region) {
    this.region = region;
  }

  /**
   * Adds or replaces an object.
   *
   * @return the stream whose consumers may have changed; empty if the object names none, or is a
   *     late sight of one that was removed
   */
  Optional<StreamTarget> accept(StreamConsumer object) {
    if (isRemoved(object)) {
      return Optional.empty();
    }
    Optional<StreamTarget> stream = stream(object);
    stream.ifPresent(
        named ->
            objects
                .computeIfAbsent(named, key -> new ConcurrentHashMap<>())
                .merge(
                    object.getMetadata().getName(),
                    object,
                    (known, other) -> isNewer(known, other) ? known : other));
    return stream;
  }

  /** Whoever wrote an object may know a newer version than the informer. */
  private static boolean isNewer(StreamConsumer known, StreamConsumer other) {
    return Long.parseLong(known.getMetadata().getResourceVersion())
        > Long.parseLong(other.getMetadata().getResourceVersion());
  }

  private static boolean isSame(StreamConsumer known, StreamConsumer other) {
    return known.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  /**
   * Removes an object, unless another has taken its name.
   *
   * @return the stream whose consumers may have changed; empty if the object names none
   */
  Optional<StreamTarget> remove(StreamConsumer object) {
    Optional<StreamTarget> stream = stream(object);
    stream.ifPresent(
        named -> {
          remember(named, object);
          objects.computeIfPresent(
              named,
              (key, of) -> {
                of.computeIfPresent(
                    object.getMetadata().getName(),
                    (name, known) -> isSame(known, object) ? null : known);
                return of.isEmpty() ? null : of;
              });
        });
    return stream;
  }

  private boolean isRemoved(StreamConsumer object) {
    synchronized (former) {
      return removed.contains(object.getMetadata().getUid());
    }
  }

  private void remember(StreamTarget stream, StreamConsumer object) {
    synchronized (former) {
      removed.add(object.getMetadata().getUid());
      former.merge(
          new Former(stream, nameOf(object)), claim(object).ref().creationSecond(), Math::max);
      if (removed.size() > MOST_FORMER) {
        removed.removeFirst();
      }
      if (former.size() > MOST_FORMER) {
        former.pollFirstEntry();
      }
    }
  }

  /**
   * The creation second of the consumer that had a name before, as far as it is remembered. ARNs of
   * two incarnations differ by it.
   */
  Optional<Long> formerSecond(StreamConsumer object) {
    synchronized (former) {
      return stream(object)
          .flatMap(stream -> Optional.ofNullable(former.get(new Former(stream, nameOf(object)))));
    }
  }

  /** The consumers of a stream by name. */
  SortedMap<String, ConsumerObject> of(KinesisStream stream, StreamName name) {
    Map<String, StreamConsumer> byUid = new HashMap<>();
    Map<String, List<ConsumerClaim>> claims = new HashMap<>();
    claimants(stream, name)
        .forEach(
            object -> {
              byUid.put(object.getMetadata().getUid(), object);
              claims.computeIfAbsent(nameOf(object), key -> new ArrayList<>()).add(claim(object));
            });
    SortedMap<String, ConsumerObject> consumers = new TreeMap<>();
    claims.forEach(
        (consumer, claiming) ->
            ConsumerClaim.holder(claiming)
                .flatMap(claim -> Optional.ofNullable(byUid.get(claim.uid())))
                .ifPresent(
                    holder -> consumers.put(consumer, new ConsumerObject(of(holder), holder))));
    return consumers;
  }

  private Stream<StreamConsumer> claimants(KinesisStream stream, StreamName name) {
    return Stream.of(StreamTarget.object(stream.getMetadata().getName()), StreamTarget.stream(name))
        .map(key -> objects.getOrDefault(key, new ConcurrentHashMap<>()))
        .map(Map::values)
        .flatMap(Collection::stream);
  }

  /** A number that changes when a consumer is registered, changed or deregistered. */
  static int revision(Map<String, ConsumerObject> consumers) {
    return consumers.values().stream()
        .map(ConsumerObject::object)
        .mapToInt(
            object ->
                Objects.hash(
                    object.getMetadata().getUid(),
                    object.getMetadata().getGeneration(),
                    object.getMetadata().getDeletionTimestamp()))
        .sum();
  }

  private static ConsumerDefinition of(StreamConsumer object) {
    ConsumerRef ref = claim(object).ref();
    return new ConsumerDefinition(
        ref.name(),
        ref.creationSecond(),
        status(object),
        new TreeMap<>(Optional.ofNullable(object.getSpec().tags()).orElse(Map.of())),
        Optional.ofNullable(object.getSpec().resourcePolicy()));
  }

  private static ConsumerStatus status(StreamConsumer object) {
    if (object.getMetadata().getDeletionTimestamp() != null) {
      return ConsumerStatus.DELETING;
    }
    return claim(object).holdsName()
        ? Optional.ofNullable(object.getStatus())
            .map(StreamConsumerStatus::consumerStatus)
            .map(ConsumerStatus::valueOf)
            .orElse(ConsumerStatus.CREATING)
        : ConsumerStatus.CREATING;
  }

  private static ConsumerClaim claim(StreamConsumer object) {
    return new ConsumerClaim(
        object.getMetadata().getUid(),
        Instant.parse(object.getMetadata().getCreationTimestamp()),
        nameOf(object),
        Optional.ofNullable(object.getStatus()).map(StreamConsumerStatus::consumerARN));
  }

  /** The consumer name that an object asks for. */
  static String nameOf(StreamConsumer object) {
    String given = object.getSpec().consumerName();
    return given == null ? object.getMetadata().getName() : given;
  }

  private Optional<StreamTarget> stream(StreamConsumer object) {
    StreamConsumerSpec spec = object.getSpec();
    if (spec.streamRef() != null) {
      return Optional.of(StreamTarget.object(spec.streamRef().name()));
    }
    AccountId account = AccountId.ofNamespace(object.getMetadata().getNamespace());
    return Optional.ofNullable(spec.streamARN())
        .flatMap(arn -> account.streamOf(region, arn))
        .map(StreamTarget::stream);
  }
}
