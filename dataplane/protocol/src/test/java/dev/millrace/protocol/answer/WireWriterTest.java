// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.schema.Member;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.schema.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers have the bytes that clients were seen to accept. */
class WireWriterTest {
  private static final long SEED = 20261121;

  @Test
  void goldenJson() {
    assertThat(text(getRecordsAnswer(Codec.JSON)))
        .isEqualTo(
            "{\"Records\":[{\"SequenceNumber\":\"1\",\"ApproximateArrivalTimestamp\":1700000000.123,"
                + "\"Data\":\"aGk=\",\"PartitionKey\":\"ä\\\"\"}],\"MillisBehindLatest\":0,"
                + "\"ChildShards\":[{\"ShardId\":\"c\",\"ParentShards\":[\"a\",\"b\"],"
                + "\"HashKeyRange\":{}}],\"More\":false}");
  }

  @Test
  void goldenCbor() {
    assertThat(getRecordsAnswer(Codec.CBOR))
        .isEqualTo(
            TestingBodies.hex(
                "bf 67 5265636f726473 9f bf"
                    + " 6e 53657175656e63654e756d626572 61 31"
                    + " 781b 417070726f78696d6174654172726976616c54696d657374616d70"
                    + " c1 1b0000018bcfe5687b"
                    + " 64 44617461 42 6869"
                    + " 6c 506172746974696f6e4b6579 63 c3a422"
                    + " ff ff"
                    + " 72 4d696c6c6973426568696e644c6174657374 00"
                    + " 6b 4368696c64536861726473 9f bf 67 53686172644964 61 63"
                    + " 6c 506172656e74536861726473 9f 6161 6162 ff"
                    + " 6c 486173684b657952616e6765 bf ff ff ff"
                    + " 64 4d6f7265 f4 ff"));
  }

  private static Blob getRecordsAnswer(Codec codec) {
    WireWriter out = new WireWriter(codec, 1);
    out.startStructure();
    out.startList("Records");
    out.startStructure();
    out.text("SequenceNumber", "1");
    out.timestamp("ApproximateArrivalTimestamp", 1_700_000_000_123L);
    out.blob("Data", new byte[] {'x', 'h', 'i', 'y'}, 1, 2);
    out.text("PartitionKey", "ä\"");
    out.end();
    out.end();
    out.number("MillisBehindLatest", 0);
    out.startList("ChildShards");
    out.startStructure();
    out.text("ShardId", "c");
    out.startList("ParentShards");
    out.text("a");
    out.text("b");
    out.end();
    out.startStructure("HashKeyRange");
    out.end();
    out.end();
    out.end();
    out.bool("More", false);
    out.end();
    return out.finish();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0.001",
    "-1500, -1.500",
    "1700000000000, 1700000000",
    "1700000000120, 1700000000.120",
    "253402300799999, 253402300799.999",
    "9223372036854775807, 9223372036854775.807",
  })
  void jsonTimesAreSecondsWithoutExponent(long millis, String expected) {
    WireWriter out = new WireWriter(Codec.JSON, 16);
    out.startStructure();
    out.timestamp("T", millis);
    out.end();
    assertThat(text(out.finish())).isEqualTo("{\"T\":" + expected + "}");
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void nothingMayBeLeftOpen(Codec codec) {
    WireWriter out = new WireWriter(codec, 16);
    out.startStructure();
    assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
  }

  /** What is written is read back: by our decoder in both codecs, and by Jackson in JSON. */
  @ParameterizedTest
  @EnumSource(Codec.class)
  void roundTrips(Codec codec) throws IOException {
    StructureShape.Builder members = StructureShape.named("Record");
    Member<Blob> data = members.required("Data", Type.blob(1 << 24));
    Member<String> key = members.required("Key", Type.string());
    Member<Instant> time = members.required("Time", Type.timestamp());
    Member<Long> number = members.required("Number", Type.longInteger());
    StructureShape record = members.build();
    StructureShape.Builder outer = StructureShape.named("Records");
    Member<List<Structure>> records = outer.required("Records", Type.list(record, 0, 1000));
    StructureShape shape = outer.build();

    Random random = new Random(SEED);
    for (int round = 0; round < 50; round++) {
      int count = random.nextInt(20);
      byte[][] bytes = new byte[count][];
      String[] keys = new String[count];
      long[] millis = new long[count];
      long[] numbers = new long[count];
      WireWriter out = new WireWriter(codec, 1 + random.nextInt(10_000));
      out.startStructure();
      out.startList("Records");
      for (int i = 0; i < count; i++) {
        bytes[i] = new byte[random.nextInt(random.nextBoolean() ? 10 : 100_000)];
        random.nextBytes(bytes[i]);
        keys[i] =
            random
                .ints(random.nextInt(300), 1, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        millis[i] = random.nextLong(4_000_000_000_000L);
        numbers[i] = random.nextLong();
        out.startStructure();
        out.blob("Data", Blob.of(bytes[i]));
        out.text("Key", keys[i]);
        out.timestamp("Time", millis[i]);
        out.number("Number", numbers[i]);
        out.end();
      }
      out.end();
      out.end();
      Blob body = out.finish();
      assertThat(shape.decode(codec, body)).as("seed %d", SEED).isInstanceOf(Decoded.Input.class);
      List<Structure> read = ((Decoded.Input) shape.decode(codec, body)).structure().get(records);
      assertThat(read).hasSize(count);
      for (int i = 0; i < count; i++) {
        assertThat(read.get(i).get(data)).as("seed %d", SEED).isEqualTo(Blob.of(bytes[i]));
        assertThat(read.get(i).get(key)).isEqualTo(keys[i]);
        assertThat(read.get(i).get(time)).isEqualTo(Instant.ofEpochMilli(millis[i]));
        assertThat(read.get(i).get(number)).isEqualTo(numbers[i]);
      }
      if (codec == Codec.JSON) {
        assertThat(jacksonBlobs(body)).containsExactly(bytes);
      }
    }
  }

  private static List<byte[]> jacksonBlobs(Blob body) throws IOException {
    List<byte[]> blobs = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(body.copy())) {
      while (parser.nextToken() != null) {
        if (parser.hasToken(JsonToken.VALUE_STRING) && parser.currentName().equals("Data")) {
          blobs.add(parser.getBinaryValue());
        }
      }
    }
    return blobs;
  }

  private static String text(Blob body) {
    return new String(body.copy(), StandardCharsets.UTF_8);
  }
}
