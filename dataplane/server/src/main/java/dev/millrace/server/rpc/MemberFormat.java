// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.ShardRows.StoredRow;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The bytes of questions between members of a group and of their answers. Questions begin with
 * {@code u8 version, i64 i64 member}; a page of rows ends with a digest of its rows, SHA-256.
 *
 * <p>A standing of version 1 is {@code u8 has room, i64 clock}; version 2 adds {@code u8 entry
 * version}.
 */
final class MemberFormat {
  static final String PREFIX = "/member/";
  static final String APPLIED = PREFIX + "applied";
  static final String CONFIGURATION = PREFIX + "configuration";
  static final String ROWS = PREFIX + "rows";
  static final String STANDING = PREFIX + "standing";

  private static final int VERSION = 1;
  private static final int STANDING_VERSION = 2;
  private static final int DIGEST_BYTES = 32;

  /** A question for rows. */
  record RowsQuestion(UUID member, ShardRef shard, long from, int maxBytes) {}

  private MemberFormat() {}

  private static FormatWriter question(UUID member) {
    return new FormatWriter(64)
        .u8(VERSION)
        .i64(member.getMostSignificantBits())
        .i64(member.getLeastSignificantBits());
  }

  private static UUID member(FormatReader in) {
    in.version(VERSION);
    return new UUID(in.i64(), in.i64());
  }

  /** The question for what is applied, for the configuration, and for a member's standing. */
  static ByteBuffer bareQuestion(UUID member) {
    return question(member).toByteBuffer();
  }

  static UUID decodeBareQuestion(ByteBuffer bytes) {
    FormatReader in = new FormatReader("question to a member", bytes);
    UUID member = member(in);
    in.end();
    return member;
  }

  static ByteBuffer encode(MemberStanding standing) {
    return new FormatWriter(16)
        .u8(STANDING_VERSION)
        .u8(standing.hasRoom() ? 1 : 0)
        .i64(standing.clockMillis())
        .u8(standing.level().entryVersion())
        .toByteBuffer();
  }

  static MemberStanding decodeStanding(ByteBuffer bytes) {
    FormatReader in = new FormatReader("standing of a member", bytes);
    int version = in.version(STANDING_VERSION);
    MemberStanding standing =
        new MemberStanding(
            in.u8() == 1,
            in.i64(),
            version > 1 ? FeatureLevel.reading(in.u8()) : FeatureLevel.VERSION_4);
    in.end();
    return standing;
  }

  static ByteBuffer encode(RowsQuestion asked) {
    return shard(question(asked.member()), asked.shard())
        .i64(asked.from())
        .varint(asked.maxBytes())
        .toByteBuffer();
  }

  static RowsQuestion decodeRowsQuestion(ByteBuffer bytes) {
    FormatReader in = new FormatReader("question for rows", bytes);
    RowsQuestion asked = new RowsQuestion(member(in), shard(in), in.i64(), in.varint());
    in.end();
    return asked;
  }

  private static FormatWriter shard(FormatWriter out, ShardRef shard) {
    return out.i64(shard.stream().bits()).varint(shard.shard().index());
  }

  private static ShardRef shard(FormatReader in) {
    return new ShardRef(new StreamId(in.i64()), new ShardId(in.varint()));
  }

  static ByteBuffer encode(AppliedShards applied) {
    FormatWriter out =
        new FormatWriter(64 + 16 * applied.shards().size())
            .u8(VERSION)
            .i64(applied.at().term())
            .i64(applied.at().index())
            .varint(applied.shards().size());
    applied.shards().forEach(shard -> shard(out, shard));
    return out.toByteBuffer();
  }

  static AppliedShards decodeApplied(ByteBuffer bytes) {
    FormatReader in = new FormatReader("what is applied", bytes);
    in.version(VERSION);
    LogPosition at = new LogPosition(in.i64(), in.i64());
    int count = in.varint();
    List<ShardRef> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(shard(in));
    }
    in.end();
    return new AppliedShards(at, shards);
  }

  /** A page; empty if the shard is not held. */
  static ByteBuffer encode(Optional<RowPage> found) {
    if (found.isEmpty()) {
      return new FormatWriter(2).u8(VERSION).u8(0).toByteBuffer();
    }
    RowPage page = found.get();
    int bytes = page.rows().stream().mapToInt(row -> row.bytes().remaining() + 16).sum();
    FormatWriter out =
        new FormatWriter(64 + bytes)
            .u8(VERSION)
            .u8(1)
            .u8(page.isLast() ? 1 : 0)
            .i64(page.next())
            .varint(page.rows().size());
    for (StoredRow row : page.rows()) {
      out.i64(row.position()).varint(row.bytes().remaining()).raw(row.bytes().duplicate());
    }
    return out.raw(ByteBuffer.wrap(digest(page.rows()))).toByteBuffer();
  }

  /**
   * Decodes a page.
   *
   * @throws IllegalStateException if it is damaged
   */
  static Optional<RowPage> decodePage(ByteBuffer bytes) {
    FormatReader in = new FormatReader("page of rows", bytes);
    in.version(VERSION);
    if (in.u8() == 0) {
      in.end();
      return Optional.empty();
    }
    boolean isLast = in.u8() == 1;
    long next = in.i64();
    int count = in.varint();
    List<StoredRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(new StoredRow(in.i64(), in.raw(in.varint())));
    }
    ByteBuffer digest = in.raw(DIGEST_BYTES);
    in.end();
    if (!digest.equals(ByteBuffer.wrap(digest(rows)))) {
      throw new IllegalStateException(
          "a page of %d rows does not have the digest that was sent with it".formatted(count));
    }
    return Optional.of(new RowPage(rows, next, isLast));
  }

  private static byte[] digest(List<StoredRow> rows) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (StoredRow row : rows) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(row.position()).flip());
        digest.update(row.bytes().duplicate());
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
