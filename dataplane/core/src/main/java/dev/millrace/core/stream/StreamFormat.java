package dev.millrace.core.stream;

import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bytes of a {@link StreamDefinition}, in the log and in the catalogue: the fields in the order
 * of the records, numbers as 8 bytes or varints, enums by their name, lists with a count in front.
 * Version 1 had no shard level metrics and what follows them in {@link StreamSettings}, and no
 * consumers.
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

  /** Reads a definition and moves past it. */
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
    List<ShardDefinition> shards = readShards(in);
    SortedMap<String, ConsumerDefinition> consumers = new TreeMap<>();
    if (version > FIRST_VERSION) {
      settings =
          settings
              .withShardLevelMetrics(readTexts(in))
              .withKeyId(readOptional(in))
              .withDistribution(RecordDistribution.valueOf(in.text()))
              .withWarmThroughput(readOptional(in).map(Integer::valueOf))
              .withPolicy(readOptional(in));
      for (int left = in.varint(); left > 0; left--) {
        ConsumerDefinition consumer =
            new ConsumerDefinition(
                in.text(),
                in.i64(),
                ConsumerDefinition.Status.valueOf(in.text()),
                readTags(in),
                readOptional(in));
        consumers.put(consumer.name(), consumer);
      }
    }
    return new StreamDefinition(name, id, creationSecond, status, settings, consumers, shards);
  }

  /** Appends account settings: two times, each a flag and its text in ISO 8601. */
  public static void writeAccount(FormatWriter out, AccountSettings settings) {
    out.u8(VERSION);
    writeOptional(out, settings.startedAt().map(Instant::toString));
    writeOptional(out, settings.endsAt().map(Instant::toString));
  }

  /** Reads account settings. */
  public static AccountSettings readAccount(FormatReader in) {
    in.version(VERSION);
    return new AccountSettings(
        readOptional(in).map(Instant::parse), readOptional(in).map(Instant::parse));
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
    }
  }

  private static List<ShardDefinition> readShards(FormatReader in) {
    List<ShardDefinition> shards = new ArrayList<>();
    for (int left = in.varint(); left > 0; left--) {
      shards.add(
          new ShardDefinition(new ShardId(in.varint()), readRange(in), readParents(in), in.i64()));
    }
    return shards;
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
