package dev.millrace.server.rpc;

import dev.millrace.core.command.BatchNumber;
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
import dev.millrace.server.routing.ShardLeader.AppendResult;
import dev.millrace.server.routing.ShardLeader.ReadResult;
import dev.millrace.server.routing.ShardLeader.SessionResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of the calls to a shard's leader. Every message begins with a version; every answer
 * then says whether it is one or a refusal. Version 2; another is refused.
 */
final class RpcFormat {
  static final String OPEN_SESSION = "/shard/session";
  static final String APPEND = "/shard/append";
  static final String READ = "/shard/read";
  static final String FIND = "/shard/find";
  static final String TAIL = "/shard/tail";

  private static final int VERSION = 2;
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
  record Append(ShardRef shard, BatchNumber number, boolean again, RecordBatch records) {}

  /** A request to read. */
  record Read(ShardRef shard, long fromPosition, int maxRecords, long maxBytes) {}

  /** A request to read on, or to wait. */
  record Tail(ShardRef shard, long fromPosition, long maxBytes, long maxWaitMillis) {}

  /** A request to find a position. */
  record Find(ShardRef shard, StartingPosition start) {}

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

  static ByteBuffer encode(Append request) {
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

  static Append decodeAppend(ByteBuffer bytes) {
    FormatReader in = open("append request", bytes);
    return new Append(
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

  static ByteBuffer encode(SessionResult result) {
    return switch (result) {
      case SessionResult.Opened opened ->
          begin(SMALL_BYTES).u8(ANSWERED).i64(opened.session()).toByteBuffer();
      case AppendResult.Sealed closed -> begin(2).u8(SEALED).toByteBuffer();
      case AppendResult.NoSuchShard none -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer();
    };
  }

  static SessionResult decodeSessionResult(ByteBuffer bytes) {
    FormatReader in = open("session answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> new SessionResult.Opened(in.i64());
      case SEALED -> new AppendResult.Sealed();
      case NO_SUCH_SHARD -> new AppendResult.NoSuchShard();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  static ByteBuffer encode(AppendResult result) {
    FormatWriter out = begin(SMALL_BYTES);
    switch (result) {
      case AppendResult.Appended appended -> {
        out.u8(ANSWERED).i64(appended.firstPosition()).i64(appended.arrivalMillis());
        out.varints(appended.throttled());
      }
      case AppendResult.Sealed closed -> out.u8(SEALED);
      case AppendResult.NoSuchShard none -> out.u8(NO_SUCH_SHARD);
      case AppendResult.OutsideWindow outside -> out.u8(OUTSIDE_WINDOW);
    }
    return out.toByteBuffer();
  }

  static AppendResult decodeAppendResult(ByteBuffer bytes) {
    FormatReader in = open("append answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> new AppendResult.Appended(in.i64(), in.i64(), in.varints());
      case OUTSIDE_WINDOW -> new AppendResult.OutsideWindow();
      case SEALED -> new AppendResult.Sealed();
      case NO_SUCH_SHARD -> new AppendResult.NoSuchShard();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  static ByteBuffer encode(Read request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    return out.i64(request.fromPosition())
        .varint(request.maxRecords())
        .i64(request.maxBytes())
        .toByteBuffer();
  }

  static Read decodeRead(ByteBuffer bytes) {
    FormatReader in = open("read request", bytes);
    return new Read(readShard(in), in.i64(), in.varint(), in.i64());
  }

  static ByteBuffer encode(Tail request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    return out.i64(request.fromPosition())
        .i64(request.maxBytes())
        .i64(request.maxWaitMillis())
        .toByteBuffer();
  }

  static Tail decodeTail(ByteBuffer bytes) {
    FormatReader in = open("tail request", bytes);
    return new Tail(readShard(in), in.i64(), in.i64(), in.i64());
  }

  static ByteBuffer encode(ReadResult result) {
    return switch (result) {
      case ReadResult.Records records -> encode(records);
      case ReadResult.Throttled throttled -> begin(2).u8(THROTTLED).toByteBuffer();
      case ReadResult.NoSuchShard none -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer();
    };
  }

  private static ByteBuffer encode(ReadResult.Records result) {
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
        yield new ReadResult.Records(records, nextPosition, tip, creationSecond);
      }
      case THROTTLED -> new ReadResult.Throttled();
      case NO_SUCH_SHARD -> new ReadResult.NoSuchShard();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  private static final int TRIM_HORIZON = 1;
  private static final int LATEST = 2;
  private static final int AT_SEQUENCE_NUMBER = 3;
  private static final int AFTER_SEQUENCE_NUMBER = 4;
  private static final int AT_TIMESTAMP = 5;

  static ByteBuffer encode(Find request) {
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

  static Find decodeFind(ByteBuffer bytes) {
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
    return new Find(shard, start);
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
