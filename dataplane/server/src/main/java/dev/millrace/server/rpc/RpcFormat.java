// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.SessionOutcome;
import dev.millrace.core.consumer.StartingPosition;
import dev.millrace.core.format.FormatReader;
import dev.millrace.core.format.FormatWriter;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of the calls to a shard's leader. Every message begins with a version; every answer
 * then says whether it is one or a refusal. Version 3; another is rejected.
 */
final class RpcFormat {
  static final String OPEN_SESSION = "/shard/session";
  static final String APPEND = "/shard/append";
  static final String READ = "/shard/read";
  static final String FIND = "/shard/find";
  static final String TAIL = "/shard/tail";

  private static final int VERSION = 3;
  private static final int ANSWERED = 0;
  private static final int REFUSED = 1;
  private static final int THROTTLED = 2;
  private static final int NO_SUCH_SHARD = 3;
  private static final int SEALED = 4;
  private static final int OUTSIDE_WINDOW = 5;
  private static final int SMALL_BYTES = 64;
  private static final int RECORD_BYTES = 32;

  private RpcFormat() {}

  /** A request to append. */
  record AppendRequest(ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {}

  /** A request to read. */
  record ReadRequest(ShardRef shard, long fromPosition, int maxRecords, long maxBytes) {}

  /** A request to read on, or to wait. */
  record TailRequest(ShardRef shard, long fromPosition, long maxBytes, long maxWaitMillis) {}

  /** A request to find a position. */
  record FindRequest(ShardRef shard, StartingPosition start) {}

  private static FormatWriter begin(int expectedBytes) {
    return new FormatWriter(expectedBytes).u8(VERSION);
  }

  private static FormatReader open(String subject, ByteBuffer bytes) {
    FormatReader in = new FormatReader(subject, bytes);
    int version = in.version(VERSION);
    if (version != VERSION) {
      throw new LogRefusedException(
          Reason.NOT_LEADER,
          "the %s speaks version %d, this build %d".formatted(subject, version, VERSION),
          null);
    }
    return in;
  }

  private static void writeShard(FormatWriter out, ShardRef shard) {
    out.i64(shard.stream().bits()).varint(shard.shard().index());
  }

  private static ShardRef readShard(FormatReader in) {
    return new ShardRef(new StreamId(in.i64()), new ShardId(in.varint()));
  }

  static ByteBuffer encode(AppendRequest request) {
    RecordBatch records = request.records();
    FormatWriter out = begin(SMALL_BYTES + records.sizeBytes());
    writeShard(out, request.shard());
    return out.i64(request.number().session())
        .i64(request.number().number())
        .i64(request.number().settled())
        .u8(request.again() ? 1 : 0)
        .varint(records.count())
        .raw(records.payload())
        .toByteBuffer();
  }

  static AppendRequest decodeAppend(ByteBuffer bytes) {
    FormatReader in = open("append request", bytes);
    return new AppendRequest(
        readShard(in),
        new BatchNumber(in.i64(), in.i64(), in.i64()),
        in.u8() == 1,
        new RecordBatch(in.varint(), in.rest()));
  }

  static ByteBuffer encodeOpenSession(ShardRef shard) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, shard);
    return out.toByteBuffer();
  }

  static ShardRef decodeOpenSession(ByteBuffer bytes) {
    return readShard(open("session request", bytes));
  }

  static ByteBuffer encode(SessionOutcome result) {
    return switch (result) {
      case Outcome.SessionOpened opened ->
          begin(SMALL_BYTES).u8(ANSWERED).i64(opened.session()).toByteBuffer();
      case Outcome.Sealed closed ->
          begin(SMALL_BYTES).u8(SEALED).i64(closed.closeSecond()).toByteBuffer();
      case Outcome.NoSuchShard none -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer();
    };
  }

  static SessionOutcome decodeSessionResult(ByteBuffer bytes) {
    FormatReader in = open("session answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> new Outcome.SessionOpened(in.i64());
      case SEALED -> new Outcome.Sealed(in.i64());
      case NO_SUCH_SHARD -> new Outcome.NoSuchShard();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  static ByteBuffer encode(AppendOutcome result) {
    FormatWriter out = begin(SMALL_BYTES);
    switch (result) {
      case Outcome.Appended appended -> {
        out.u8(ANSWERED).i64(appended.firstPosition()).i64(appended.arrivalMillis());
        out.varints(appended.throttled());
      }
      case Outcome.Sealed closed -> out.u8(SEALED).i64(closed.closeSecond());
      case Outcome.NoSuchShard none -> out.u8(NO_SUCH_SHARD);
      case Outcome.OutsideWindow outside -> out.u8(OUTSIDE_WINDOW);
    }
    return out.toByteBuffer();
  }

  static AppendOutcome decodeAppendResult(ByteBuffer bytes) {
    FormatReader in = open("append answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> new Outcome.Appended(in.i64(), in.i64(), in.varints());
      case OUTSIDE_WINDOW -> new Outcome.OutsideWindow();
      case SEALED -> new Outcome.Sealed(in.i64());
      case NO_SUCH_SHARD -> new Outcome.NoSuchShard();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  static ByteBuffer encode(ReadRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    return out.i64(request.fromPosition())
        .varint(request.maxRecords())
        .i64(request.maxBytes())
        .toByteBuffer();
  }

  static ReadRequest decodeRead(ByteBuffer bytes) {
    FormatReader in = open("read request", bytes);
    return new ReadRequest(readShard(in), in.i64(), in.varint(), in.i64());
  }

  static ByteBuffer encode(TailRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    return out.i64(request.fromPosition())
        .i64(request.maxBytes())
        .i64(request.maxWaitMillis())
        .toByteBuffer();
  }

  static TailRequest decodeTail(ByteBuffer bytes) {
    FormatReader in = open("tail request", bytes);
    return new TailRequest(readShard(in), in.i64(), in.i64(), in.i64());
  }

  static ByteBuffer encode(ReadResult result) {
    return switch (result) {
      case ReadResult.RecordPage records -> encode(records);
      case ReadResult.Throttled throttled -> begin(2).u8(THROTTLED).toByteBuffer();
      case ReadResult.ShardMissing none -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer();
    };
  }

  private static ByteBuffer encode(ReadResult.RecordPage result) {
    int bytes = SMALL_BYTES;
    for (StoredRecord record : result.records()) {
      bytes += RECORD_BYTES + record.partitionKey().remaining() + record.data().remaining();
    }
    FormatWriter out = begin(bytes).u8(ANSWERED);
    out.i64(result.nextPosition()).i64(result.tip()).i64(result.creationSecond());
    out.varint(result.records().size());
    for (StoredRecord record : result.records()) {
      out.i64(record.position()).i64(record.arrivalMillis());
      out.varint(record.partitionKey().remaining()).raw(record.partitionKey());
      out.varint(record.data().remaining()).raw(record.data());
    }
    return out.toByteBuffer();
  }

  static ReadResult decodeReadResult(ByteBuffer bytes) {
    FormatReader in = open("read answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> {
        long nextPosition = in.i64();
        long tip = in.i64();
        long creationSecond = in.i64();
        int count = in.varint();
        List<StoredRecord> records = new ArrayList<>(Math.min(count, 10_000));
        for (int i = 0; i < count; i++) {
          records.add(
              new StoredRecord(in.i64(), in.i64(), in.raw(in.varint()), in.raw(in.varint())));
        }
        in.end();
        yield new ReadResult.RecordPage(records, nextPosition, tip, creationSecond);
      }
      case THROTTLED -> new ReadResult.Throttled();
      case NO_SUCH_SHARD -> new ReadResult.ShardMissing();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  private static final int TRIM_HORIZON = 1;
  private static final int LATEST = 2;
  private static final int AT_SEQUENCE_NUMBER = 3;
  private static final int AFTER_SEQUENCE_NUMBER = 4;
  private static final int AT_TIMESTAMP = 5;

  static ByteBuffer encode(FindRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    switch (request.start()) {
      case StartingPosition.TrimHorizon horizon -> out.u8(TRIM_HORIZON);
      case StartingPosition.Latest latest -> out.u8(LATEST);
      case StartingPosition.AtSequenceNumber(SequenceNumber number) ->
          out.u8(AT_SEQUENCE_NUMBER).text(number.toString());
      case StartingPosition.AfterSequenceNumber(SequenceNumber number) ->
          out.u8(AFTER_SEQUENCE_NUMBER).text(number.toString());
      case StartingPosition.AtTimestamp(long epochMillis) -> out.u8(AT_TIMESTAMP).i64(epochMillis);
    }
    return out.toByteBuffer();
  }

  static FindRequest decodeFind(ByteBuffer bytes) {
    FormatReader in = open("find request", bytes);
    ShardRef shard = readShard(in);
    int kind = in.u8();
    StartingPosition start =
        switch (kind) {
          case TRIM_HORIZON -> new StartingPosition.TrimHorizon();
          case LATEST -> new StartingPosition.Latest();
          case AT_SEQUENCE_NUMBER -> new StartingPosition.AtSequenceNumber(number(in));
          case AFTER_SEQUENCE_NUMBER -> new StartingPosition.AfterSequenceNumber(number(in));
          case AT_TIMESTAMP -> new StartingPosition.AtTimestamp(in.i64());
          default -> throw in.unknown("starting position", kind);
        };
    return new FindRequest(shard, start);
  }

  private static SequenceNumber number(FormatReader in) {
    String text = in.text();
    return SequenceNumber.parse(text)
        .orElseThrow(() -> new IllegalStateException("no sequence number: '" + text + "'"));
  }

  static ByteBuffer encodeFound(Optional<Long> position) {
    return position
        .map(at -> begin(SMALL_BYTES).u8(ANSWERED).i64(at).toByteBuffer())
        .orElseGet(() -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer());
  }

  static Optional<Long> decodeFound(ByteBuffer bytes) {
    FormatReader in = open("find answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> Optional.of(in.i64());
      case NO_SUCH_SHARD -> Optional.empty();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  static ByteBuffer encodeRefusal(Reason reason, String message) {
    return begin(SMALL_BYTES).u8(REFUSED).text(reason.name()).text(message).toByteBuffer();
  }

  private static LogRefusedException refusal(FormatReader in) {
    return new LogRefusedException(Reason.valueOf(in.text()), in.text(), null);
  }
}
