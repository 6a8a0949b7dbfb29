// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.command.Command.CatalogueCommand;
import dev.millrace.core.command.Command.CreateStream;
import dev.millrace.core.command.Command.DeleteStream;
import dev.millrace.core.command.Command.DropShard;
import dev.millrace.core.command.Command.OpenSession;
import dev.millrace.core.command.Command.OpenShard;
import dev.millrace.core.command.Command.RenewState;
import dev.millrace.core.command.Command.ReplaceAccount;
import dev.millrace.core.command.Command.ReplaceStream;
import dev.millrace.core.command.Command.SealShard;
import dev.millrace.core.command.Command.TrimShard;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.format.Varint;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamFormat;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The binary format of a log entry, which contains one or more commands.
 *
 * <p>Version 1: {@code u8 version, varint count}, then for each command {@code u8 kind} and its
 * fields. Records are {@code shard, i64 arrival, u8 key id length (0: not encrypted), batch number
 * (3 words, all 0), varint record count, varint payload length, payload}. Version 2: the batch's
 * number is {@code i64 session, i64 number, i64 settled} followed by the indexes of the throttled
 * records; adds {@code OpenSession} and {@code RenewState}. Version 3: adds {@code CreateStream}
 * and {@code DeleteStream}. Version 4: {@code SealShard} ends with {@code u8 flag, plan as text}.
 * Version 5: {@code OpenShard} ends with {@code u8 digested}, {@code RenewState} with {@code u8
 * flag, i64 entry index, i64 position, i64 digest} of the leader's newest state row. Version 6:
 * what stands in place of the key id length is a {@link dev.millrace.core.record.RecordProtection},
 * which is the same byte for records that are not encrypted.
 */
public final class LogEntryFormat {
  private static final int VERSION = FeatureLevel.NEWEST.entryVersion();
  private static final int OPEN_SHARD = 1;
  private static final int APPEND_RECORDS = 2;
  private static final int DROP_SHARD = 3;
  private static final int REPLACE_STREAM = 4;
  private static final int REPLACE_ACCOUNT = 5;
  private static final int SEAL_SHARD = 6;
  private static final int TRIM_SHARD = 7;
  private static final int OPEN_SESSION = 8;
  private static final int RENEW_STATE = 9;
  private static final int CREATE_STREAM = 10;
  private static final int DELETE_STREAM = 11;

  /** Most bytes of a command without its payload, and of an entry without its commands. */
  public static final int OVERHEAD_BYTES = 128;

  /** Most bytes of a character of Java in UTF-8. */
  private static final int MAX_UTF8_BYTES = 3;

  private LogEntryFormat() {}

  /** The encoded size of a command in bytes: exact or slightly too high. */
  public static int sizeBytes(Command command) {
    return switch (command) {
      case OpenShard open -> OVERHEAD_BYTES;
      case AppendRecords append ->
          append.records().sizeBytes()
              // The byte that says that records are not encrypted is in the overhead.
              + append.records().protection().sizeBytes()
              - 1
              + append.throttled().size() * Varint.MAX_BYTES
              + OVERHEAD_BYTES;
      case OpenSession session -> OVERHEAD_BYTES;
      case RenewState renew -> OVERHEAD_BYTES;
      case SealShard seal ->
          OVERHEAD_BYTES + seal.plan().map(plan -> MAX_UTF8_BYTES * plan.length()).orElse(0);
      case TrimShard trim -> OVERHEAD_BYTES;
      case DropShard drop -> OVERHEAD_BYTES;
      case CatalogueCommand catalogue -> {
        FormatWriter out = new FormatWriter(1024);
        write(out, catalogue, VERSION);
        yield out.toByteArray().length;
      }
      case ReplaceAccount account -> OVERHEAD_BYTES;
    };
  }

  /** Encodes an entry in the newest version. */
  public static ByteBuffer encode(List<Command> commands) {
    return encode(commands, FeatureLevel.NEWEST);
  }

  /**
   * Encodes an entry so that all who are at this level can read it: digests, which the first level
   * does not know, are left out there. The buffer is backed by a new array.
   */
  public static ByteBuffer encode(List<Command> commands, FeatureLevel level) {
    int size = OVERHEAD_BYTES;
    for (Command command : commands) {
      size += sizeBytes(command);
    }
    int version = level.entryVersion();
    FormatWriter out = new FormatWriter(size).u8(version).varint(commands.size());
    commands.forEach(command -> write(out, command, version));
    return out.toByteBuffer();
  }

  /**
   * Decodes an entry. The records are views of the given buffer.
   *
   * @throws IllegalStateException when the version is newer than this build or the bytes are
   *     damaged
   * @throws IllegalArgumentException when a value is damaged, so that it is none of its type
   */
  public static List<Command> decode(ByteBuffer bytes) {
    FormatReader in = new FormatReader("log entry", bytes);
    int version = in.version(VERSION);
    int count = in.varint();
    List<Command> commands = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      commands.add(read(in, version));
    }
    in.end();
    return commands;
  }

  private static void write(FormatWriter out, Command command, int version) {
    switch (command) {
      case OpenShard open -> {
        writeRef(out.u8(OPEN_SHARD), open.shard());
        StreamFormat.writeRange(out, open.range());
        StreamFormat.writeParents(out, open.parents());
        out.i64(open.creationSecond());
        if (version > 4) {
          out.u8(open.digested() ? 1 : 0);
        }
      }
      case AppendRecords append -> {
        writeRef(out.u8(APPEND_RECORDS), append.shard());
        out.i64(append.arrivalMillis());
        requireReadable(append.records(), version).protection().write(out);
        out.i64(append.batch().session())
            .i64(append.batch().number())
            .i64(append.batch().settled())
            .varints(append.throttled())
            .varint(append.records().count())
            .varint(append.records().sizeBytes())
            .raw(append.records().payload());
      }
      case OpenSession session -> {
        writeRef(out.u8(OPEN_SESSION), session.shard());
        out.i64(session.session()).varint(session.sessions());
      }
      case RenewState renew -> {
        writeRef(out.u8(RENEW_STATE), renew.shard());
        if (version > 4) {
          out.u8(renew.leaders().isPresent() ? 1 : 0);
          renew
              .leaders()
              .ifPresent(row -> out.i64(row.entryIndex()).i64(row.position()).i64(row.digest()));
        }
      }
      case SealShard seal -> {
        writeRef(out.u8(SEAL_SHARD), seal.shard());
        out.i64(seal.nowSecond()).u8(seal.plan().isPresent() ? 1 : 0);
        seal.plan().ifPresent(out::text);
      }
      case TrimShard trim -> {
        writeRef(out.u8(TRIM_SHARD), trim.shard());
        out.i64(trim.position());
      }
      case DropShard drop -> writeRef(out.u8(DROP_SHARD), drop.shard());
      case CreateStream create -> StreamFormat.write(out.u8(CREATE_STREAM), create.definition());
      case DeleteStream delete ->
          out.u8(DELETE_STREAM)
              .text(delete.name().text())
              .i64(delete.expectedRevision())
              .varint(delete.rememberedNames());
      case ReplaceStream replace -> {
        out.u8(REPLACE_STREAM).text(replace.name().text()).i64(replace.expectedRevision());
        out.u8(replace.definition().isPresent() ? 1 : 0);
        replace.definition().ifPresent(definition -> StreamFormat.write(out, definition));
      }
      case ReplaceAccount account ->
          StreamFormat.writeAccount(out.u8(REPLACE_ACCOUNT), account.settings());
    }
  }

  /** The log refuses encrypted records before that while a member of the group cannot read them. */
  private static RecordBatch requireReadable(RecordBatch records, int version) {
    if (records.isEncrypted() && version < FeatureLevel.ENCRYPTED_RECORDS.entryVersion()) {
      throw new IllegalStateException(
          "encrypted records in an entry of version %d, which cannot hold them".formatted(version));
    }
    return records;
  }

  private static Command read(FormatReader in, int version) {
    int kind = in.u8();
    return switch (kind) {
      case OPEN_SHARD ->
          new OpenShard(
              readRef(in),
              StreamFormat.readRange(in),
              StreamFormat.readParents(in),
              in.i64(),
              version > 4 && in.u8() == 1);
      case APPEND_RECORDS -> readAppend(in, version);
      case OPEN_SESSION -> new OpenSession(readRef(in), in.i64(), in.varint());
      case RENEW_STATE ->
          new RenewState(
              readRef(in),
              version > 4 && in.u8() == 1
                  ? Optional.of(new StateRowDigest(in.i64(), in.i64(), in.i64()))
                  : Optional.empty());
      case SEAL_SHARD ->
          new SealShard(
              readRef(in),
              in.i64(),
              version > 3 && in.u8() == 1 ? Optional.of(in.text()) : Optional.empty());
      case TRIM_SHARD -> new TrimShard(readRef(in), in.i64());
      case DROP_SHARD -> new DropShard(readRef(in));
      case REPLACE_STREAM -> readReplace(in);
      case CREATE_STREAM -> new CreateStream(StreamFormat.read(in));
      case DELETE_STREAM -> new DeleteStream(new StreamName(in.text()), in.i64(), in.varint());
      case REPLACE_ACCOUNT -> new ReplaceAccount(StreamFormat.readAccount(in));
      default -> throw in.unknown("command kind", kind);
    };
  }

  private static Command readAppend(FormatReader in, int version) {
    ShardRef shard = readRef(in);
    long arrivalMillis = in.i64();
    RecordProtection protection =
        RecordProtection.read(in, version >= FeatureLevel.ENCRYPTED_RECORDS.entryVersion());
    BatchNumber batch = new BatchNumber(in.i64(), in.i64(), in.i64());
    List<Integer> throttled = version > 1 ? in.varints() : List.of();
    int count = in.varint();
    return new AppendRecords(
        shard,
        arrivalMillis,
        batch,
        throttled,
        new RecordBatch(count, in.raw(in.varint()), protection));
  }

  private static Command readReplace(FormatReader in) {
    StreamName name = new StreamName(in.text());
    long expectedRevision = in.i64();
    Optional<StreamDefinition> definition =
        in.u8() == 0 ? Optional.empty() : Optional.of(StreamFormat.read(in));
    return new ReplaceStream(name, expectedRevision, definition);
  }

  private static void writeRef(FormatWriter out, ShardRef ref) {
    out.i64(ref.stream().bits()).varint(ref.shard().index());
  }

  private static ShardRef readRef(FormatReader in) {
    return new ShardRef(new StreamId(in.i64()), new ShardId(in.varint()));
  }
}
