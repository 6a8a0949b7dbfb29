package dev.millrace.core.apply;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.WriterSession;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamFormat;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of a shard's family. Every row says which entry wrote it and where the newest state row is,
 * so the last row alone leads to the shard's whole state.
 *
 * <p>Version 1: {@code u8 version, u8 kind, i64 term, i64 index, i64 position of the newest state
 * row}, then for records {@code i64 arrival, u8 key id length (0: not encrypted), writer session (3
 * words), varint count, payload} and for state its fields and a count of session windows (0).
 * Version 2: state ends with {@code u8 flag, i64 close second}.
 */
public sealed interface ShardRow {

  /** The entry that wrote the row. */
  LogPosition writtenBy();

  /** The position of the newest state row as of this row; a state row names itself. */
  long stateRow();

  /** How many positions the row takes: its records, or 1. */
  int positions();

  /** Records that came in one batch, with one arrival time. */
  record Records(
      LogPosition writtenBy,
      long stateRow,
      long arrivalMillis,
      WriterSession writer,
      RecordBatch records)
      implements ShardRow {
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
  int VERSION = 2;

  /** The row's bytes. */
  default byte[] encode() {
    return switch (this) {
      case Records row ->
          header(row.records.sizeBytes() + 72, 1)
              .i64(row.arrivalMillis)
              .u8(0)
              .i64(row.writer.session().getMostSignificantBits())
              .i64(row.writer.session().getLeastSignificantBits())
              .i64(row.writer.number())
              .varint(row.records.count())
              .raw(row.records.payload())
              .toByteArray();
      case State row -> {
        ShardState state = row.state;
        FormatWriter out = header(192, 2);
        out.i64(state.shard().stream().bits()).varint(state.shard().shard().index());
        StreamFormat.writeRange(out, state.range());
        StreamFormat.writeParents(out, state.parents());
        out.i64(state.creationSecond()).i64(state.lastArrivalMillis()).i64(state.trimPosition());
        out.varint(0).u8(state.closeSecond().isPresent() ? 1 : 0);
        state.closeSecond().ifPresent(out::i64);
        yield out.toByteArray();
      }
    };
  }

  private FormatWriter header(int expectedBytes, int kind) {
    return new FormatWriter(expectedBytes)
        .u8(VERSION)
        .u8(kind)
        .i64(writtenBy().term())
        .i64(writtenBy().index())
        .i64(stateRow());
  }

  /**
   * Reads a row.
   *
   * @throws IllegalStateException when it is damaged or of a newer version
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
        int keyIdLength = in.u8();
        if (keyIdLength != 0) {
          throw in.unknown("key id length", keyIdLength);
        }
        WriterSession writer = new WriterSession(new UUID(in.i64(), in.i64()), in.i64());
        int count = in.varint();
        yield new Records(
            writtenBy, stateRow, arrivalMillis, writer, new RecordBatch(count, in.rest()));
      }
      case 2 -> {
        ShardRef shard = new ShardRef(new StreamId(in.i64()), new ShardId(in.varint()));
        HashKeyRange range = StreamFormat.readRange(in);
        List<ShardId> parents = StreamFormat.readParents(in);
        long creationSecond = in.i64();
        long lastArrivalMillis = in.i64();
        long trimPosition = in.i64();
        int windows = in.varint();
        if (windows != 0) {
          throw in.unknown("count of session windows", windows);
        }
        Optional<Long> closeSecond =
            version > 1 && in.u8() == 1 ? Optional.of(in.i64()) : Optional.empty();
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
                closeSecond,
                stateRow,
                writtenBy));
      }
      default -> throw in.unknown("row kind", kind);
    };
  }

  /**
   * The shard's state after its last row.
   *
   * @param position where the last row lies
   * @param last the last row
   * @param newestState the row at {@code last.stateRow()}
   */
  static ShardState restore(long position, ShardRow last, State newestState) {
    ShardState state = newestState.state();
    return switch (last) {
      case State row -> row.state();
      case Records row ->
          new ShardState(
              state.shard(),
              state.range(),
              state.parents(),
              state.creationSecond(),
              position + row.positions(),
              row.arrivalMillis(),
              state.trimPosition(),
              state.closeSecond(),
              state.stateRow(),
              row.writtenBy());
    };
  }
}
