package dev.millrace.core.stream;

import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bytes of a {@link StreamDefinition}, in the log and in the catalogue. Version 1: the fields
 * in the order of the record, numbers as 8 bytes, enums by their name, lists with a count in front.
 */
public final class StreamFormat {
  private static final int VERSION = 1;

  private StreamFormat() {}

  /** Appends a definition. */
  public static void write(FormatWriter out, StreamDefinition stream) {
    out.u8(VERSION)
        .text(stream.name().text())
        .i64(stream.id().bits())
        .i64(stream.creationSecond())
        .text(stream.status().name())
        .text(stream.mode().name())
        .varint(stream.retentionHours())
        .varint(stream.maxRecordSizeKiB())
        .varint(stream.tags().size());
    stream.tags().forEach((key, value) -> out.text(key).text(value));
    out.varint(stream.shards().size());
    for (ShardDefinition shard : stream.shards()) {
      out.varint(shard.id().index());
      writeRange(out, shard.range());
      writeParents(out, shard.parents());
      out.i64(shard.creationSecond());
    }
  }

  /** Reads a definition and moves past it. */
  public static StreamDefinition read(FormatReader in) {
    in.version(VERSION);
    StreamName name = new StreamName(in.text());
    StreamId id = new StreamId(in.i64());
    long creationSecond = in.i64();
    StreamStatus status = StreamStatus.valueOf(in.text());
    StreamMode mode = StreamMode.valueOf(in.text());
    int retentionHours = in.varint();
    int maxRecordSizeKiB = in.varint();
    SortedMap<String, String> tags = new TreeMap<>();
    for (int left = in.varint(); left > 0; left--) {
      tags.put(in.text(), in.text());
    }
    List<ShardDefinition> shards = new ArrayList<>();
    for (int left = in.varint(); left > 0; left--) {
      shards.add(
          new ShardDefinition(new ShardId(in.varint()), readRange(in), readParents(in), in.i64()));
    }
    return new StreamDefinition(
        name, id, creationSecond, status, mode, retentionHours, maxRecordSizeKiB, tags, shards);
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
