// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.crds.Api;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest creation second that each stream name of a namespace has had, kept in a ConfigMap that
 * outlives the streams.
 *
 * <p>A shard's creation second stands in its sequence numbers and is all that tells a checkpoint of
 * a deleted stream from one of its successor. So a name's creation seconds must rise strictly, even
 * if a stream is created again within the same second or after the clock went back. A second is
 * recorded here before the first Shard object that carries it is created.
 *
 * <p>The number of names is bounded. The names with the earliest seconds are forgotten first, and
 * the latest forgotten second becomes a floor for every name that is not listed. That keeps the
 * promise without trusting the clock or knowing which streams still exist.
 *
 * @param floor every second of a name that is not listed is at most this
 * @param streams by stream name
 */
public record CreationHistory(long floor, SortedMap<String, Incarnation> streams) {
  /** {@code metadata.name} of the ConfigMap in each namespace. */
  public static final String NAME = "millrace-creation-history";

  /** A namespace that never had a stream. */
  public static final CreationHistory EMPTY = new CreationHistory(0, new TreeMap<>());

  /** An entry takes at most 220 bytes, and a ConfigMap at most 1 MiB. */
  static final int MOST_NAMES = 4_096;

  private static final String KEY = "history.json";
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The latest incarnation of a name.
   *
   * @param second the latest creation second of its shards, epoch seconds
   * @param streamId which incarnation
   */
  public record Incarnation(long second, String streamId) {
    public Incarnation {
      if (streamId == null || StreamId.parse(streamId).isEmpty()) {
        throw new IllegalArgumentException(
            "streamId must be 16 hexadecimal digits, found '%s'".formatted(streamId));
      }
    }
  }

  /** The document in the ConfigMap. */
  private record Document(
      int format, long floor, @Nullable SortedMap<String, Incarnation> streams) {}

  public CreationHistory {
    streams = Collections.unmodifiableSortedMap(new TreeMap<>(streams));
  }

  /** The second that is recorded for an incarnation of a name. */
  public Optional<Long> secondOf(String name, StreamId stream) {
    return Optional.ofNullable(streams.get(name))
        .filter(entry -> entry.streamId().equals(stream.toString()))
        .map(Incarnation::second);
  }

  /**
   * The history with an incarnation of a name recorded: strictly after every earlier one. Recording
   * an incarnation again changes nothing, unless it asks for a later second.
   *
   * @param atLeast epoch seconds
   */
  public CreationHistory with(StreamName name, StreamId stream, long atLeast) {
    long second =
        secondOf(name.text(), stream)
            .map(known -> Math.max(known, atLeast))
            .orElseGet(() -> Math.max(atLeast, latest(name) + 1));
    SortedMap<String, Incarnation> next = new TreeMap<>(streams);
    next.put(name.text(), new Incarnation(second, stream.toString()));
    long nextFloor = floor;
    while (next.size() > MOST_NAMES) {
      Map.Entry<String, Incarnation> earliest =
          Collections.min(
              next.entrySet(), Comparator.comparingLong(entry -> entry.getValue().second()));
      next.remove(earliest.getKey());
      nextFloor = Math.max(nextFloor, earliest.getValue().second());
    }
    return new CreationHistory(nextFloor, next);
  }

  private long latest(StreamName name) {
    Incarnation known = streams.get(name.text());
    return known == null ? floor : known.second();
  }

  /**
   * Reads the ConfigMap.
   *
   * @throws IllegalArgumentException if its content is not what {@link #toConfigMap} writes
   */
  public static CreationHistory of(ConfigMap object) {
    String text = Optional.ofNullable(object.getData()).map(data -> data.get(KEY)).orElse("");
    try {
      Document document = JSON.readValue(text, Document.class);
      if (document == null || document.format() != FORMAT || document.streams() == null) {
        throw unreadable(object, "a document of format 1 is expected");
      }
      if (document.streams().containsValue(null)) {
        // Taken for a name that never was, it would get the sequence numbers of its predecessor.
        throw unreadable(object, "a stream of it is null");
      }
      return new CreationHistory(document.floor(), document.streams());
    } catch (JsonProcessingException e) {
      throw unreadable(object, e.getOriginalMessage());
    }
  }

  private static IllegalArgumentException unreadable(ConfigMap object, String why) {
    return new IllegalArgumentException(
        "ConfigMap %s: key %s is not readable: %s"
            .formatted(object.getMetadata().getName(), KEY, why));
  }

  /**
   * The ConfigMap. Nothing owns it: it is there until its namespace is deleted.
   *
   * @param resourceVersion of the ConfigMap that it replaces; empty: there is none
   */
  public ConfigMap toConfigMap(String namespace, Optional<String> resourceVersion) {
    try {
      return new ConfigMapBuilder()
          .withNewMetadata()
          .withName(NAME)
          .withNamespace(namespace)
          .withResourceVersion(resourceVersion.orElse(null))
          .addToLabels("app.kubernetes.io/name", "millrace")
          .addToLabels("app.kubernetes.io/component", "operator")
          .addToLabels(OwnedMetadata.MANAGED_BY, OwnedMetadata.OPERATOR)
          .addToAnnotations(
              "kubernetes.io/description",
              "When the streams of this namespace were created, deleted ones included. Do not"
                  + " delete it: a stream that is created again must not repeat the sequence"
                  + " numbers of its predecessor. Written by the operator of "
                  + Api.GROUP
                  + ".")
          .endMetadata()
          .addToData(KEY, JSON.writeValueAsString(new Document(FORMAT, floor, streams)))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the creation history has no JSON", e);
    }
  }
}
