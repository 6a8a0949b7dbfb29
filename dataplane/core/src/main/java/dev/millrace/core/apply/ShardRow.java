// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamFormat;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A row of a shard's family. Every row contains the position of the entry that wrote it and the
 * position of the newest state row. The shard's state is that state row with the later rows applied
 * to it.
 *
 * <p>Version 1: {@code u8 version, u8 kind, i64 term, i64 index, i64 position of the newest state
 * row}, then for records {@code i64 arrival, u8 key id length (0: not encrypted), batch number (3
 * words, all 0), varint count, payload} and for state its fields and a count of session windows
 * (0). Version 2: state ends with {@code u8 flag, i64 close second}. Version 3: a batch's number is
 * {@code i64 session, i64 number, i64 settled}, followed by the indexes of the throttled records;
 * state contains session windows. Version 4: the close second is followed by {@code u8 flag, plan
 * as text}. Version 5: state ends with {@code i64 digest} of all rows before it. Version 6: what
 * stands in place of the key id length is a {@link RecordProtection}; only encrypted records have
 * this version.
 *
 * <p>Replicas that run different builds must write the same bytes for the same entry. So records,
 * which version 5 did not change, are written as version 4, and so is a state whose digest has not
 * begun: only entries that earlier builds reject begin it.
 */
public sealed interface ShardRow {

  /** The position of the entry that wrote the row. */
  LogPosition writtenBy();

  /** The position of the newest state row as of this row; for a state row, its own. */
  long stateRow();

  /** How many positions the row occupies: one for each record, or 1 for a state row. */
  int positions();

  /** The records of one batch, which share an arrival time. */
  record Records(
      LogPosition writtenBy,
      long stateRow,
      long arrivalMillis,
      BatchNumber batch,
      List<Integer> throttled,
      RecordBatch records)
      implements ShardRow {
    private static final int OVERHEAD_BYTES = 192;

    public Records {
      throttled = List.copyOf(throttled);
    }

    /** Approximate size of the row in the store, with its key and the store's overhead. */
    int sizeBytes() {
      return OVERHEAD_BYTES + records.sizeBytes() + records.protection().sizeBytes() - 1;
    }

    @Override
    public int positions() {
      return records.count();
    }
  }

  /** The shard's state as this row left it. */
  record State(ShardState state) implements ShardRow {
    @Override
    public LogPosition writtenBy() {
      return state.applied();
    }

    @Override
    public long stateRow() {
      return state.stateRow();
    }

    @Override
    public int positions() {
      return 1;
    }
  }

  /** The newest row version that this build writes and reads. */
  int VERSION = 6;

  /** The version of state rows with a digest. */
  int VERSION_WITH_DIGEST = 5;

  /** The version of rows that contain no digest. */
  int VERSION_WITHOUT_DIGEST = 4;

  /** Encodes the row, without {@link ShardState#digest}, which includes these bytes. */
  default byte[] encode() {
    return switch (this) {
      case Records row -> {
        RecordProtection protection = row.records.protection();
        FormatWriter out =
            header(
                row.records.isEncrypted() ? VERSION : VERSION_WITHOUT_DIGEST,
                row.records.sizeBytes() + protection.sizeBytes() + 71,
                1);
        protection.write(out.i64(row.arrivalMillis));
        yield out.i64(row.batch.session())
            .i64(row.batch.number())
            .i64(row.batch.settled())
            .varints(row.throttled)
            .varint(row.records.count())
            .raw(row.records.payload())
            .toByteArray();
      }
      case State row -> {
        ShardState state = row.state;
        RowDigest digest = state.stateRowDigest();
        FormatWriter out =
            header(digest.hasBegun() ? VERSION_WITH_DIGEST : VERSION_WITHOUT_DIGEST, 192, 2);
        out.i64(state.shard().stream().bits()).varint(state.shard().shard().index());
        StreamFormat.writeRange(out, state.range());
        StreamFormat.writeParents(out, state.parents());
        out.i64(state.creationSecond()).i64(state.lastArrivalMillis()).i64(state.trimPosition());
        state.windows().write(out);
        out.u8(state.closeSecond().isPresent() ? 1 : 0);
        state
            .seal()
            .ifPresent(
                seal -> {
                  out.i64(seal.second()).u8(seal.plan().isPresent() ? 1 : 0);
                  seal.plan().ifPresent(out::text);
                });
        if (digest.hasBegun()) {
          out.i64(digest.value());
        }
        yield out.toByteArray();
      }
    };
  }

  private FormatWriter header(int version, int expectedBytes, int kind) {
    return new FormatWriter(expectedBytes)
        .u8(version)
        .u8(kind)
        .i64(writtenBy().term())
        .i64(writtenBy().index())
        .i64(stateRow());
  }

  /**
   * Decodes a row.
   *
   * @throws IllegalStateException when the row is damaged or was written by a newer version
   * @throws IllegalArgumentException when a value is damaged, so that it is none of its type
   */
  static ShardRow decode(ByteBuffer bytes) {
    FormatReader in = new FormatReader("shard row", bytes);
    int version = in.version(VERSION);
    int kind = in.u8();
    LogPosition writtenBy = new LogPosition(in.i64(), in.i64());
    long stateRow = in.i64();
    return switch (kind) {
      case 1 -> {
        long arrivalMillis = in.i64();
        RecordProtection protection = RecordProtection.read(in, version > VERSION_WITH_DIGEST);
        BatchNumber batch = new BatchNumber(in.i64(), in.i64(), in.i64());
        List<Integer> throttled = version > 2 ? in.varints() : List.of();
        int count = in.varint();
        yield new Records(
            writtenBy,
            stateRow,
            arrivalMillis,
            batch,
            throttled,
            new RecordBatch(count, in.rest(), protection));
      }
      case 2 -> {
        ShardRef shard = new ShardRef(new StreamId(in.i64()), new ShardId(in.varint()));
        HashKeyRange range = StreamFormat.readRange(in);
        List<ShardId> parents = StreamFormat.readParents(in);
        long creationSecond = in.i64();
        long lastArrivalMillis = in.i64();
        long trimPosition = in.i64();
        SessionWindows windows = SessionWindows.read(in);
        Optional<ShardState.Seal> seal =
            version > 1 && in.u8() == 1 ? Optional.of(readSeal(in, version)) : Optional.empty();
        RowDigest before = version > 4 ? new RowDigest(in.i64()) : RowDigest.NONE;
        in.end();
        yield new State(
            new ShardState(
                shard,
                range,
                parents,
                creationSecond,
                stateRow + 1,
                lastArrivalMillis,
                trimPosition,
                seal,
                windows,
                stateRow,
                writtenBy,
                before,
                before.after(stateRow, bytes),
                0,
                writtenBy));
      }
      default -> throw in.unknown("row kind", kind);
    };
  }

  private static ShardState.Seal readSeal(FormatReader in, int version) {
    long second = in.i64();
    Optional<String> plan = version > 3 && in.u8() == 1 ? Optional.of(in.text()) : Optional.empty();
    return new ShardState.Seal(second, plan);
  }
}
