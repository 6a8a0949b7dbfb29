// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import dev.millrace.protocol.shape.PutRecordsInput;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever bytes come, decoding ends with a structure or a SerializationException: no other
 * exception, no endless work, no more memory than a small multiple of the body.
 */
class HostileInputTest {
  private static final long SEED = 20261121;

  private static final String GOOD =
      """
      {"Text":"\\u00e4bc","Int":7,"Long":-8.5,"Bool":true,"Time":1700000000.123,"Names":["a","b"],
       "Inners":[{"Text":"x"},{"Text":"y","More":{"a":[1,null,{}]}}],"Tags":{"k":"v"},
       "One":{"Text":"z"},"Other":1e5}""";

  @ParameterizedTest
  @EnumSource(Codec.class)
  void truncatedAtEveryByte(Codec codec) {
    byte[] good = TestingBodies.in(codec, GOOD).copy();
    assertThat(AllKinds.SHAPE.decode(codec, Blob.of(good))).isInstanceOf(Decoded.Input.class);
    for (int length = 0; length < good.length; length++) {
      assertThat(AllKinds.SHAPE.decode(codec, new Blob(good, 0, length)))
          .as("%s cut to %d bytes", codec, length)
          .isEqualTo(refusedWithoutText());
    }
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void bytesBehindTheEndAreNotRead(Codec codec) {
    byte[] good = TestingBodies.in(codec, GOOD).copy();
    byte[] longer = Arrays.copyOf(good, good.length + 5);
    assertThat(AllKinds.SHAPE.decode(codec, new Blob(longer, 0, good.length)))
        .isEqualTo(AllKinds.SHAPE.decode(codec, Blob.of(good)));
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void changedBytes(Codec codec) {
    Random random = new Random(SEED);
    byte[] good = TestingBodies.in(codec, GOOD).copy();
    for (int i = 0; i < 200_000; i++) {
      byte[] changed = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      decodeAndValidate(codec, Blob.of(changed), i);
    }
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void randomBytes(Codec codec) {
    Random random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      byte[] noise = new byte[1 + random.nextInt(40)];
      random.nextBytes(noise);
      if (codec == Codec.CBOR && random.nextBoolean()) {
        noise[0] = (byte) (0xa0 + random.nextInt(32));
      } else if (codec == Codec.JSON && random.nextBoolean()) {
        noise[0] = '{';
      }
      decodeAndValidate(codec, Blob.of(noise), i);
    }
  }

  @Test
  void deepNestingIsRefused() {
    for (int depth : new int[] {100, 5_000_000}) {
      String open = "{\"a\":".repeat(depth);
      assertRefused(Codec.JSON, TestingBodies.json(open + "1" + "}".repeat(depth)));
      assertRefused(Codec.JSON, TestingBodies.json("{\"a\":" + "[".repeat(depth)));
      byte[] lists = new byte[depth];
      Arrays.fill(lists, (byte) 0x81);
      System.arraycopy(new byte[] {(byte) 0xa1, 0x61, 'a'}, 0, lists, 0, 3);
      assertRefused(Codec.CBOR, Blob.of(lists));
    }
  }

  @Test
  void hugeNumbersAreRefusedOrClamped() {
    assertRefused(Codec.JSON, TestingBodies.json("{\"Int\":" + "9".repeat(1_000_000) + "}"));
    assertRefused(Codec.JSON, TestingBodies.json("{\"Time\":0." + "9".repeat(1_000_000) + "}"));
    for (String number : List.of("1e999999999", "1e-999999999", "-1e2147483648")) {
      assertThat(AllKinds.SHAPE.decode(Codec.JSON, TestingBodies.json("{\"Int\":" + number + "}")))
          .isInstanceOf(Decoded.Input.class);
    }
    // A decimal fraction, 1 times ten to 2^31 - 1, and one to 2^63 - 1.
    AllKinds.SHAPE.decode(Codec.CBOR, TestingBodies.hex("a1 63 496e74 c4 82 1a7fffffff 01"));
    AllKinds.SHAPE.decode(
        Codec.CBOR, TestingBodies.hex("a1 63 496e74 c4 82 1b7fffffffffffffff 01"));
  }

  @Test
  void announcedLengthsAreNotBelieved() {
    for (String type : List.of("5a", "7a", "9a", "ba")) {
      Blob body = TestingBodies.hex("a1 64 426c6f62 " + type + " 7fffffff 00");
      assertThat(allocated(() -> assertRefused(Codec.CBOR, body))).isLessThan(4_000_000);
    }
    Blob body = TestingBodies.hex("a1 64 426c6f62 5b 7fffffffffffffff 00");
    assertThat(allocated(() -> assertRefused(Codec.CBOR, body))).isLessThan(4_000_000);
  }

  @Test
  void memoryIsASmallMultipleOfTheBody() {
    int mebi = 1 << 20;
    List<String> bodies =
        List.of(
            "{\"Records\":[" + "{},".repeat(4 * mebi) + "{}]}",
            "{\"Records\":[" + "{\"Data\":\"\"},".repeat(mebi) + "{}]}",
            "{\"Records\":[{\"Data\":\"" + "AAAA".repeat(3 * mebi) + "\"}]}",
            "{\"Records\":[{\"Data\":\"\\u0041AAA" + "AAAA".repeat(3 * mebi) + "\"}]}",
            "{\"Records\":[{\"Data\":\"" + "AAAA".repeat(3 * mebi) + "!!!!\"}]}",
            "{\"StreamName\":\"" + "a".repeat(12 * mebi) + "\"}",
            "{\"StreamName\":\"" + "é".repeat(6 * mebi) + "\"}",
            "{\"Other\":\"" + "a".repeat(12 * mebi) + "\"}",
            "{\"Other\":[" + "[],".repeat(4 * mebi) + "[]]}",
            "{" + "\"StreamName\":\"a\",".repeat(mebi) + "\"a\":1}");
    for (String json : bodies) {
      Blob body = TestingBodies.json(json);
      long bytes =
          allocated(
              () -> {
                switch (PutRecordsInput.SHAPE.decode(Codec.JSON, body)) {
                  case Decoded.Input(Structure input) -> Validation.check(input);
                  case Decoded.Malformed _ -> {}
                }
              });
      assertThat(bytes)
          .as("allocated for %d bytes: %s", body.length(), json.substring(0, 40))
          .isLessThan(12L * body.length());
    }
  }

  @Test
  void aBodyOfDifferentNamesIsDecoded() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 500_000; i++) {
      json.append("\"name").append(i).append("\":").append(i).append(',');
    }
    Blob body = TestingBodies.json(json + "\"Text\":\"a\"}");
    Structure read = DecodingTest.input(AllKinds.SHAPE.decode(Codec.JSON, body));
    assertThat(read.get(AllKinds.TEXT)).isEqualTo("a");
  }

  private static void decodeAndValidate(Codec codec, Blob body, int round) {
    try {
      switch (AllKinds.SHAPE.decode(codec, body)) {
        case Decoded.Input(Structure input) -> Validation.check(input);
        case Decoded.Malformed(KinesisError error) ->
            assertThat(error.name()).isEqualTo(KinesisError.Name.SERIALIZATION);
      }
    } catch (RuntimeException unexpected) {
      throw new AssertionError(
          "seed %d, round %d, %s: %s"
              .formatted(SEED, round, codec, new String(body.copy(), StandardCharsets.ISO_8859_1)),
          unexpected);
    }
  }

  private static void assertRefused(Codec codec, Blob body) {
    assertThat(AllKinds.SHAPE.decode(codec, body)).isEqualTo(refusedWithoutText());
  }

  private static Decoded refusedWithoutText() {
    return new Decoded.Malformed(new KinesisError(KinesisError.Name.SERIALIZATION, ""));
  }

  /** Bytes that this thread allocates while it runs something. */
  private static long allocated(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
