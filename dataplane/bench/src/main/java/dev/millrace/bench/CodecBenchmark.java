// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.SequenceNumber;
import dev.millrace.core.shard.ShardId;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.answer.WireWriter;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.shape.PutRecordsInput;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The parts of a put of 500 records of 1 KiB. {@link #copyOfTheBody} is the baseline: one pass over
 * the same bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {
  private static final int RECORDS = 500;
  private static final int BYTES = 1024;

  private final byte[][] data = new byte[RECORDS][BYTES];
  private final byte[][] keys = new byte[RECORDS][];
  private Blob json = Blob.EMPTY;
  private Blob cbor = Blob.EMPTY;
  private RecordBatch batch = new RecordBatch.Builder(16).add(new byte[0], data[0], 0, 0).build();

  /** Creates the requests. */
  @Setup
  public void createRequests() {
    SplittableRandom random = new SplittableRandom(20261121L);
    for (int i = 0; i < RECORDS; i++) {
      random.nextBytes(data[i]);
      keys[i] = ("key-" + random.nextInt(1_000_000)).getBytes(StandardCharsets.US_ASCII);
    }
    json = request(Codec.JSON);
    cbor = request(Codec.CBOR);
    batch = rowFormatWrite();
  }

  private Blob request(Codec codec) {
    WireWriter out = new WireWriter(codec, 1 << 20);
    out.startStructure();
    out.text("StreamName", "four");
    out.startList("Records");
    for (int i = 0; i < RECORDS; i++) {
      out.startStructure();
      out.blob("Data", data[i], 0, BYTES);
      out.text("PartitionKey", new String(keys[i], StandardCharsets.US_ASCII));
      out.end();
    }
    out.end();
    out.end();
    return out.finish();
  }

  /** One pass over the bytes of the JSON body. */
  @Benchmark
  public byte[] copyOfTheBody() {
    return json.copy();
  }

  /** Encodes one record with the JDK's base64: the minimum cost of a record in JSON. */
  @Benchmark
  public byte[] base64Alone() {
    return Base64.getEncoder().encode(data[0]);
  }

  /** Decodes the JSON request. */
  @Benchmark
  public Decoded decodeJson() {
    return PutRecordsInput.SHAPE.decode(Codec.JSON, json);
  }

  /** Decodes the CBOR request. */
  @Benchmark
  public Decoded decodeCbor() {
    return PutRecordsInput.SHAPE.decode(Codec.CBOR, cbor);
  }

  /** Writes the 500 records as a JSON answer would. */
  @Benchmark
  public Blob encodeJson() {
    return request(Codec.JSON);
  }

  /** Hashes the 500 partition keys. */
  @Benchmark
  public HashKey hashKeys() {
    HashKey.Hasher hasher = new HashKey.Hasher();
    HashKey last = HashKey.MIN;
    for (byte[] key : keys) {
      last = hasher.hash(key);
    }
    return last;
  }

  /** Writes the 500 records in the row format. */
  @Benchmark
  public RecordBatch rowFormatWrite() {
    RecordBatch.Builder records = new RecordBatch.Builder(RECORDS * (BYTES + 16));
    for (int i = 0; i < RECORDS; i++) {
      records.add(keys[i], data[i], 0, BYTES);
    }
    return records.build();
  }

  /** Reads the 500 records from the row format. */
  @Benchmark
  public List<RecordBatch.Entry> rowFormatRead() {
    return batch.entries();
  }

  /** Prints the sequence numbers of 500 records. */
  @Benchmark
  public int printSequenceNumbers() {
    int length = 0;
    for (int i = 0; i < RECORDS; i++) {
      length +=
          new SequenceNumber(1_700_000_000L, new ShardId(3), i, 1_700_000_123L).toString().length();
    }
    return length;
  }
}
