// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The binary format of a {@link StreamDefinition} in the log and the catalogue: numbers as 8 bytes
 * or varints, enums by name, lists preceded by a count. Version 1 has no closed shards, no
 * consumers, and none of the members of {@link StreamSettings} from the shard-level metrics on.
 *
 * <p>What reads throws {@link IllegalStateException} or {@link IllegalArgumentException} with what
 * was found if the bytes are damaged.
 */
public final class StreamFormat {
  private static final int VERSION = 2;
  private static final int FIRST_VERSION = 1;

  private StreamFormat() {}

  /** Appends a definition. */
  public static void write(FormatWriter out, StreamDefinition stream) {
    StreamSettings settings = stream.settings();
    out.u8(VERSION)
        .text(stream.name().text())
        .i64(stream.id().bits())
        .i64(stream.creationSecond())
        .text(stream.status().name())
        .text(settings.mode().name())
        .varint(settings.retentionHours())
        .varint(settings.maxRecordSizeKiB());
    writeTags(out, settings.tags());
    writeShards(out, stream.shards());
    out.varint(stream.shape().nextIndex());
    writeReshard(out, stream.reshard());
    out.varint(settings.shardLevelMetrics().size());
    settings.shardLevelMetrics().forEach(out::text);
    writeOptional(out, settings.keyId());
    out.text(settings.distribution().name());
    writeOptional(out, settings.warmThroughputMiBps().map(String::valueOf));
    writeOptional(out, settings.policy());
    out.varint(stream.consumers().size());
    for (ConsumerDefinition consumer : stream.consumers().values()) {
      out.text(consumer.name()).i64(consumer.creationSecond()).text(consumer.status().name());
      writeTags(out, consumer.tags());
      writeOptional(out, consumer.policy());
    }
  }

  /** Reads a definition. */
  public static StreamDefinition read(FormatReader in) {
    int version = in.version(VERSION);
    StreamName name = new StreamName(in.text());
    StreamId id = new StreamId(in.i64());
    long creationSecond = in.i64();
    StreamStatus status = StreamStatus.valueOf(in.text());
    StreamSettings settings =
        StreamSettings.of(StreamMode.valueOf(in.text()))
            .withRetentionHours(in.varint())
            .withMaxRecordSizeKiB(in.varint())
            .withTags(readTags(in));
    List<ShardDefinition> shards = readShards(in, version);
    int nextIndex = version > FIRST_VERSION ? in.varint() : shards.size();
    Optional<Reshard> reshard = version > FIRST_VERSION ? readReshard(in) : Optional.empty();
    SortedMap<String, ConsumerDefinition> consumers = new TreeMap<>();
    if (version > FIRST_VERSION) {
      settings =
          settings
              .withShardLevelMetrics(readTexts(in))
              .withKeyId(readOptional(in))
              .withDistribution(RecordDistribution.valueOf(in.text()))
              .withWarmThroughput(readOptional(in).map(StreamFormat::readNumber))
              .withPolicy(readOptional(in));
      for (int left = in.varint(); left > 0; left--) {
        ConsumerDefinition consumer =
            new ConsumerDefinition(
                in.text(),
                in.i64(),
                ConsumerStatus.valueOf(in.text()),
                readTags(in),
                readOptional(in));
        consumers.put(consumer.name(), consumer);
      }
    }
    return new StreamDefinition(
        name,
        id,
        creationSecond,
        status,
        settings,
        consumers,
        new StreamShape(shards, nextIndex),
        reshard);
  }

  /** Appends account settings: two times, each a flag and its text in ISO 8601. */
  public static void writeAccount(FormatWriter out, AccountSettings settings) {
    out.u8(VERSION);
    writeOptional(out, settings.startedAt().map(Instant::toString));
    writeOptional(out, settings.endsAt().map(Instant::toString));
  }

  /** Appends what is remembered about deleted streams. */
  public static void writeFormer(FormatWriter out, FormerStreams former) {
    out.u8(VERSION).i64(former.floorSecond()).varint(former.lastSeconds().size());
    former.lastSeconds().forEach((name, second) -> out.text(name.text()).i64(second));
  }

  /** Reads what is remembered about deleted streams. */
  public static FormerStreams readFormer(FormatReader in) {
    in.version(VERSION);
    long floorSecond = in.i64();
    SortedMap<StreamName, Long> lastSeconds = new TreeMap<>();
    for (int left = in.varint(); left > 0; left--) {
      lastSeconds.put(new StreamName(in.text()), in.i64());
    }
    return new FormerStreams(lastSeconds, floorSecond);
  }

  /** Reads account settings. */
  public static AccountSettings readAccount(FormatReader in) {
    in.version(VERSION);
    return new AccountSettings(
        readOptional(in).map(StreamFormat::readTime), readOptional(in).map(StreamFormat::readTime));
  }

  private static Integer readNumber(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException("stream has no number: '" + text + "'", e);
    }
  }

  private static Instant readTime(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalStateException("account settings have no time: '" + text + "'", e);
    }
  }

  private static void writeTags(FormatWriter out, SortedMap<String, String> tags) {
    out.varint(tags.size());
    tags.forEach((key, value) -> out.text(key).text(value));
  }

  private static SortedMap<String, String> readTags(FormatReader in) {
    SortedMap<String, String> tags = new TreeMap<>();
    for (int left = in.varint(); left > 0; left--) {
      tags.put(in.text(), in.text());
    }
    return tags;
  }

  private static SortedSet<String> readTexts(FormatReader in) {
    SortedSet<String> texts = new TreeSet<>();
    for (int left = in.varint(); left > 0; left--) {
      texts.add(in.text());
    }
    return texts;
  }

  private static void writeOptional(FormatWriter out, Optional<String> text) {
    out.u8(text.isPresent() ? 1 : 0);
    text.ifPresent(out::text);
  }

  private static Optional<String> readOptional(FormatReader in) {
    return in.u8() == 0 ? Optional.empty() : Optional.of(in.text());
  }

  private static void writeShards(FormatWriter out, List<ShardDefinition> shards) {
    out.varint(shards.size());
    for (ShardDefinition shard : shards) {
      out.varint(shard.id().index());
      writeRange(out, shard.range());
      writeParents(out, shard.parents());
      out.i64(shard.creationSecond());
      out.u8(shard.closing().map(end -> end.virtual() ? 2 : 1).orElse(0));
      shard.closing().ifPresent(end -> out.i64(end.second()));
    }
  }

  private static List<ShardDefinition> readShards(FormatReader in, int version) {
    List<ShardDefinition> shards = new ArrayList<>();
    for (int left = in.varint(); left > 0; left--) {
      shards.add(
          new ShardDefinition(
              new ShardId(in.varint()),
              readRange(in),
              readParents(in),
              in.i64(),
              version > FIRST_VERSION ? readClosing(in) : Optional.empty()));
    }
    return shards;
  }

  private static Optional<ShardDefinition.Closing> readClosing(FormatReader in) {
    int kind = in.u8();
    return switch (kind) {
      case 0 -> Optional.empty();
      case 1, 2 -> Optional.of(new ShardDefinition.Closing(in.i64(), kind == 2));
      default -> throw in.unknown("closing of a shard", kind);
    };
  }

  private static void writeReshard(FormatWriter out, Optional<Reshard> reshard) {
    out.u8(reshard.isPresent() ? 1 : 0);
    if (reshard.isEmpty()) {
      return;
    }
    Lineage lineage = reshard.get().lineage();
    out.varint(lineage.closing().size());
    lineage.closing().forEach(id -> out.varint(id.index()));
    out.varint(lineage.born().size());
    for (Lineage.Born born : lineage.born()) {
      out.varint(born.id().index());
      writeRange(out, born.range());
      writeParents(out, born.parents());
      out.u8(born.stays() ? 1 : 0);
    }
    out.varint(reshard.get().sealed().size());
    reshard.get().sealed().forEach((id, second) -> out.varint(id.index()).i64(second));
  }

  private static Optional<Reshard> readReshard(FormatReader in) {
    if (in.u8() == 0) {
      return Optional.empty();
    }
    List<ShardId> closing = new ArrayList<>();
    for (int left = in.varint(); left > 0; left--) {
      closing.add(new ShardId(in.varint()));
    }
    List<Lineage.Born> born = new ArrayList<>();
    for (int left = in.varint(); left > 0; left--) {
      born.add(
          new Lineage.Born(new ShardId(in.varint()), readRange(in), readParents(in), in.u8() == 1));
    }
    SortedMap<ShardId, Long> sealed = new TreeMap<>();
    for (int left = in.varint(); left > 0; left--) {
      sealed.put(new ShardId(in.varint()), in.i64());
    }
    return Optional.of(new Reshard(new Lineage(closing, born), sealed));
  }

  /** Appends a hash key range: four words. */
  public static void writeRange(FormatWriter out, HashKeyRange range) {
    out.i64(range.starting().high())
        .i64(range.starting().low())
        .i64(range.ending().high())
        .i64(range.ending().low());
  }

  /** Reads a hash key range. */
  public static HashKeyRange readRange(FormatReader in) {
    return new HashKeyRange(new HashKey(in.i64(), in.i64()), new HashKey(in.i64(), in.i64()));
  }

  /** Appends 0 to 2 parents. */
  public static void writeParents(FormatWriter out, List<ShardId> parents) {
    out.u8(parents.size());
    parents.forEach(parent -> out.varint(parent.index()));
  }

  /** Reads parents. */
  public static List<ShardId> readParents(FormatReader in) {
    List<ShardId> parents = new ArrayList<>(2);
    for (int left = in.u8(); left > 0; left--) {
      parents.add(new ShardId(in.varint()));
    }
    return parents;
  }
}
