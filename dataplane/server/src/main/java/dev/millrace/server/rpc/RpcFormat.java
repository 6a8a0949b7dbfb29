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
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ConsumerRef;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.shard.NumberedBatch;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.leader.shard.ShardLeader.SubscribeOutcome;
import dev.millrace.leader.shard.ShardLeader.TailResult;
import dev.millrace.leader.shard.SubscriptionRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of the calls to a shard's leader. Every message begins with a version; every answer
 * then says whether it is one or a refusal. Version 6; another is rejected. Since version 4 a call
 * to append carries any number of batches, and its answer an answer for each. Since version 5 the
 * leader knows the subscriptions: they begin and end there, and a call to tail names one. Since
 * version 6 a batch says with which master key it is to be encrypted (an empty text for none), and
 * a record whether it was.
 */
final class RpcFormat {
  /** Of the paths of all calls about shards. */
  static final String PREFIX = "/shard/";

  static final String OPEN_SESSION = PREFIX + "session";
  static final String APPEND = PREFIX + "append";
  static final String READ = PREFIX + "read";
  static final String FIND = PREFIX + "find";
  static final String TAIL = PREFIX + "tail";
  static final String SUBSCRIBE = PREFIX + "subscribe";
  static final String UNSUBSCRIBE = PREFIX + "unsubscribe";

  private static final int VERSION = 6;
  static final int ANSWERED = 0;
  static final int REFUSED = 1;
  private static final int THROTTLED = 2;
  private static final int NO_SUCH_SHARD = 3;
  private static final int SEALED = 4;
  private static final int OUTSIDE_WINDOW = 5;
  private static final int SUBSCRIPTION_REPLACED = 6;
  private static final int TOO_SOON = 7;
  private static final int SMALL_BYTES = 64;

  /** Most batches in one call to append. */
  private static final int MAX_BATCHES = 4_096;

  private static final int RECORD_BYTES = 32;

  private RpcFormat() {}

  /** A request to read. */
  record ReadRequest(ShardRef shard, long fromPosition, int maxRecords, long maxBytes) {}

  /** A request to read on, or to wait. */
  record TailRequest(
      SubscriptionRef subscription, long fromPosition, long maxBytes, long maxWaitMillis) {}

  /** A request to end a subscription. */
  record UnsubscribeRequest(SubscriptionRef subscription, long position) {}

  /** A request to begin a subscription. */
  record SubscribeRequest(ShardRef shard, ConsumerRef consumer, StartingPosition start) {}

  /** A request to find a position. */
  record FindRequest(ShardRef shard, StartingPosition start) {}

  static FormatWriter begin(int expectedBytes) {
    return new FormatWriter(expectedBytes).u8(VERSION);
  }

  static FormatReader open(String subject, ByteBuffer bytes) {
    FormatReader in = new FormatReader(subject, bytes);
    int version = in.u8();
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

  static ByteBuffer encodeAppend(List<NumberedBatch> batches) {
    int bytes = SMALL_BYTES;
    for (NumberedBatch batch : batches) {
      bytes += SMALL_BYTES + batch.records().sizeBytes() + batch.records().protection().sizeBytes();
    }
    FormatWriter out = begin(bytes).varint(batches.size());
    for (NumberedBatch batch : batches) {
      writeShard(out, batch.shard());
      out.i64(batch.number().session())
          .i64(batch.number().number())
          .i64(batch.number().settled())
          .u8(batch.retry() ? 1 : 0)
          .text(requestedKey(batch.records()))
          .varint(batch.records().count())
          .varint(batch.records().sizeBytes())
          .raw(batch.records().payload());
    }
    return out.toByteBuffer();
  }

  /** Reads a request to append; the records are views into the given bytes. */
  static List<NumberedBatch> decodeAppend(ByteBuffer bytes) {
    FormatReader in = open("append request", bytes);
    int count = batchCount(in);
    List<NumberedBatch> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batches.add(
          new NumberedBatch(
              readShard(in),
              new BatchNumber(in.i64(), in.i64(), in.i64()),
              readFlag(in),
              readRecords(in)));
    }
    in.end();
    return batches;
  }

  private static String requestedKey(RecordBatch records) {
    return switch (records.protection()) {
      case RecordProtection.Clear clear -> "";
      case RecordProtection.Requested(String keyId) -> keyId;
      case RecordProtection.Encrypted encrypted ->
          throw new IllegalStateException("a writer sends records that are encrypted");
    };
  }

  private static RecordBatch readRecords(FormatReader in) {
    String keyId = in.text();
    return new RecordBatch(
        in.varint(),
        in.raw(in.varint()),
        RecordProtection.requested(Optional.of(keyId).filter(id -> !id.isEmpty())));
  }

  private static int batchCount(FormatReader in) {
    int count = in.varint();
    if (count < 1 || count > MAX_BATCHES) {
      throw in.unknown("number of batches", count);
    }
    return count;
  }

  private static boolean readFlag(FormatReader in) {
    int flag = in.u8();
    if (flag > 1) {
      throw in.unknown("flag", flag);
    }
    return flag == 1;
  }

  /** A request that only names a shard. */
  static ByteBuffer encodeShard(ShardRef shard) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, shard);
    return out.toByteBuffer();
  }

  /**
   * Reads a request that names a shard.
   *
   * @param subject what it asks for, for messages
   */
  static ShardRef decodeShard(String subject, ByteBuffer bytes) {
    return readShard(open(subject, bytes));
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

  static ByteBuffer encodeAnswers(List<BatchAnswer> answers) {
    FormatWriter out = begin(SMALL_BYTES * answers.size()).u8(ANSWERED).varint(answers.size());
    for (BatchAnswer answer : answers) {
      switch (answer) {
        case BatchAnswer.Resolved(AppendOutcome outcome) -> write(out, outcome);
        case BatchAnswer.Refused(LogRefusedException refusal) ->
            write(out, refusal.reason(), String.valueOf(refusal.getMessage()));
      }
    }
    return out.toByteBuffer();
  }

  /**
   * Reads the answers to a call to append.
   *
   * @throws LogRefusedException when the pod refused the whole call
   */
  static List<BatchAnswer> decodeAnswers(ByteBuffer bytes) {
    FormatReader in = open("append answer", bytes);
    int kind = in.u8();
    if (kind == REFUSED) {
      throw refusal(in);
    }
    if (kind != ANSWERED) {
      throw in.unknown("kind", kind);
    }
    int count = batchCount(in);
    List<BatchAnswer> answers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      answers.add(readAnswer(in));
    }
    in.end();
    return answers;
  }

  private static void write(FormatWriter out, AppendOutcome outcome) {
    switch (outcome) {
      case Outcome.Appended appended ->
          out.u8(ANSWERED)
              .i64(appended.firstPosition())
              .i64(appended.arrivalMillis())
              .varints(appended.throttled());
      case Outcome.Sealed closed -> out.u8(SEALED).i64(closed.closeSecond());
      case Outcome.NoSuchShard none -> out.u8(NO_SUCH_SHARD);
      case Outcome.OutsideWindow outside -> out.u8(OUTSIDE_WINDOW);
    }
  }

  private static BatchAnswer readAnswer(FormatReader in) {
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED ->
          new BatchAnswer.Resolved(new Outcome.Appended(in.i64(), in.i64(), in.varints()));
      case OUTSIDE_WINDOW -> new BatchAnswer.Resolved(new Outcome.OutsideWindow());
      case SEALED -> new BatchAnswer.Resolved(new Outcome.Sealed(in.i64()));
      case NO_SUCH_SHARD -> new BatchAnswer.Resolved(new Outcome.NoSuchShard());
      case REFUSED -> new BatchAnswer.Refused(refusal(in));
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

  private static void writeConsumer(FormatWriter out, ConsumerRef consumer) {
    out.text(consumer.name()).i64(consumer.creationSecond());
  }

  private static ConsumerRef readConsumer(FormatReader in) {
    return new ConsumerRef(in.text(), in.i64());
  }

  private static void writeSubscription(FormatWriter out, SubscriptionRef subscription) {
    writeShard(out, subscription.shard());
    writeConsumer(out, subscription.consumer());
    out.i64(subscription.id());
  }

  private static SubscriptionRef readSubscription(FormatReader in) {
    return new SubscriptionRef(readShard(in), readConsumer(in), in.i64());
  }

  static ByteBuffer encode(SubscribeRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    writeConsumer(out, request.consumer());
    writeStart(out, request.start());
    return out.toByteBuffer();
  }

  static SubscribeRequest decodeSubscribe(ByteBuffer bytes) {
    FormatReader in = open("subscribe request", bytes);
    SubscribeRequest request = new SubscribeRequest(readShard(in), readConsumer(in), readStart(in));
    in.end();
    return request;
  }

  static ByteBuffer encode(SubscribeOutcome outcome) {
    return switch (outcome) {
      case SubscribeOutcome.Subscribed(SubscriptionRef subscription, long position) -> {
        FormatWriter out = begin(SMALL_BYTES).u8(ANSWERED);
        writeSubscription(out, subscription);
        yield out.i64(position).toByteBuffer();
      }
      case SubscribeOutcome.TooSoon tooSoon -> begin(2).u8(TOO_SOON).toByteBuffer();
      case ReadResult.ShardMissing none -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer();
    };
  }

  static SubscribeOutcome decodeSubscribeOutcome(ByteBuffer bytes) {
    FormatReader in = open("subscribe answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> new SubscribeOutcome.Subscribed(readSubscription(in), in.i64());
      case TOO_SOON -> new SubscribeOutcome.TooSoon();
      case NO_SUCH_SHARD -> new ReadResult.ShardMissing();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  static ByteBuffer encode(UnsubscribeRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeSubscription(out, request.subscription());
    return out.i64(request.position()).toByteBuffer();
  }

  static UnsubscribeRequest decodeUnsubscribe(ByteBuffer bytes) {
    FormatReader in = open("unsubscribe request", bytes);
    return new UnsubscribeRequest(readSubscription(in), in.i64());
  }

  static ByteBuffer encodeUnsubscribed() {
    return begin(2).u8(ANSWERED).toByteBuffer();
  }

  static ByteBuffer encode(TailRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeSubscription(out, request.subscription());
    return out.i64(request.fromPosition())
        .i64(request.maxBytes())
        .i64(request.maxWaitMillis())
        .toByteBuffer();
  }

  static TailRequest decodeTail(ByteBuffer bytes) {
    FormatReader in = open("tail request", bytes);
    return new TailRequest(readSubscription(in), in.i64(), in.i64(), in.i64());
  }

  static ByteBuffer encode(TailResult result) {
    return switch (result) {
      case ReadResult.RecordPage records -> encode(records);
      case ReadResult.ShardMissing none -> begin(2).u8(NO_SUCH_SHARD).toByteBuffer();
      case TailResult.SubscriptionReplaced replaced ->
          begin(2).u8(SUBSCRIPTION_REPLACED).toByteBuffer();
    };
  }

  static TailResult decodeTailResult(ByteBuffer bytes) {
    FormatReader in = open("tail answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> readPage(in);
      case SUBSCRIPTION_REPLACED -> new TailResult.SubscriptionReplaced();
      case NO_SUCH_SHARD -> new ReadResult.ShardMissing();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
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
      out.u8(record.encrypted() ? 1 : 0);
    }
    return out.toByteBuffer();
  }

  static ReadResult decodeReadResult(ByteBuffer bytes) {
    FormatReader in = open("read answer", bytes);
    int kind = in.u8();
    return switch (kind) {
      case ANSWERED -> readPage(in);
      case THROTTLED -> new ReadResult.Throttled();
      case NO_SUCH_SHARD -> new ReadResult.ShardMissing();
      case REFUSED -> throw refusal(in);
      default -> throw in.unknown("kind", kind);
    };
  }

  private static ReadResult.RecordPage readPage(FormatReader in) {
    long nextPosition = in.i64();
    long tip = in.i64();
    long creationSecond = in.i64();
    int count = in.varint();
    List<StoredRecord> records = new ArrayList<>(Math.min(count, 10_000));
    for (int i = 0; i < count; i++) {
      records.add(
          new StoredRecord(
              in.i64(), in.i64(), in.raw(in.varint()), in.raw(in.varint()), readFlag(in)));
    }
    in.end();
    return new ReadResult.RecordPage(records, nextPosition, tip, creationSecond);
  }

  private static final int TRIM_HORIZON = 1;
  private static final int LATEST = 2;
  private static final int AT_SEQUENCE_NUMBER = 3;
  private static final int AFTER_SEQUENCE_NUMBER = 4;
  private static final int AT_TIMESTAMP = 5;

  static ByteBuffer encode(FindRequest request) {
    FormatWriter out = begin(SMALL_BYTES);
    writeShard(out, request.shard());
    writeStart(out, request.start());
    return out.toByteBuffer();
  }

  private static void writeStart(FormatWriter out, StartingPosition start) {
    switch (start) {
      case StartingPosition.TrimHorizon horizon -> out.u8(TRIM_HORIZON);
      case StartingPosition.Latest latest -> out.u8(LATEST);
      case StartingPosition.AtSequenceNumber(SequenceNumber number) ->
          out.u8(AT_SEQUENCE_NUMBER).text(number.toString());
      case StartingPosition.AfterSequenceNumber(SequenceNumber number) ->
          out.u8(AFTER_SEQUENCE_NUMBER).text(number.toString());
      case StartingPosition.AtTimestamp(long epochMillis) -> out.u8(AT_TIMESTAMP).i64(epochMillis);
    }
  }

  static FindRequest decodeFind(ByteBuffer bytes) {
    FormatReader in = open("find request", bytes);
    return new FindRequest(readShard(in), readStart(in));
  }

  private static StartingPosition readStart(FormatReader in) {
    int kind = in.u8();
    return switch (kind) {
      case TRIM_HORIZON -> new StartingPosition.TrimHorizon();
      case LATEST -> new StartingPosition.Latest();
      case AT_SEQUENCE_NUMBER -> new StartingPosition.AtSequenceNumber(number(in));
      case AFTER_SEQUENCE_NUMBER -> new StartingPosition.AfterSequenceNumber(number(in));
      case AT_TIMESTAMP -> new StartingPosition.AtTimestamp(in.i64());
      default -> throw in.unknown("starting position", kind);
    };
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
    FormatWriter out = begin(SMALL_BYTES);
    write(out, reason, message);
    return out.toByteBuffer();
  }

  private static void write(FormatWriter out, Reason reason, String message) {
    out.u8(REFUSED).text(reason.name()).text(message);
  }

  /**
   * The answer to a call, as it came.
   *
   * @throws LogRefusedException when the pod refused the whole call
   */
  static ByteBuffer unlessRefused(ByteBuffer answer) {
    FormatReader in = open("answer", answer.duplicate());
    if (in.u8() == REFUSED) {
      throw refusal(in);
    }
    return answer;
  }

  static LogRefusedException refusal(FormatReader in) {
    return new LogRefusedException(Reason.valueOf(in.text()), in.text(), null);
  }
}
