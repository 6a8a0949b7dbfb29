// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the wire says becomes the same values in both codecs. */
class DecodingTest {
  @ParameterizedTest
  @EnumSource(Codec.class)
  void everyKindIsRead(Codec codec) {
    Structure read =
        decode(
            codec,
            """
            {"Text":"äöü \\u20ac","Int":7,"Long":8,"Bool":true,"Names":["a","b"],
             "Inners":[{"Text":"x"},{"Text":"y"}],"Tags":{"k":"v","k2":""},"One":{"Text":"z"}}""");
    assertThat(read.find(AllKinds.TEXT)).contains("äöü €");
    assertThat(read.get(AllKinds.INT)).isEqualTo(7);
    assertThat(read.get(AllKinds.LONG)).isEqualTo(8L);
    assertThat(read.get(AllKinds.BOOL)).isTrue();
    assertThat(read.get(AllKinds.NAMES)).containsExactly("a", "b");
    assertThat(read.get(AllKinds.INNERS))
        .extracting(inner -> inner.get(AllKinds.INNER_TEXT))
        .containsExactly("x", "y");
    assertThat(read.get(AllKinds.TAGS)).isEqualTo(Map.of("k", "v", "k2", ""));
    assertThat(read.get(AllKinds.ONE).get(AllKinds.INNER_TEXT)).isEqualTo("z");
    assertThat(read.find(AllKinds.TIME)).isEmpty();
    assertThat(read.getOr(AllKinds.BLOB, Blob.EMPTY)).isSameAs(Blob.EMPTY);
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void nullsAreAbsentAndUnknownMembersSkipped(Codec codec) {
    Structure read =
        decode(
            codec,
            """
            {"Later":{"Text":[{"a":[1,"x",null]}],"b":{}},"Text":null,"Int":null,"Names":["a"],
             "Inners":[{"More":[[]],"Text":"x"}],"Tags":{"gone":null,"k":"v"},"One":null,
             "text":"case counts","List":[{}],"Time":null,"Blob":null,"Bool":null,"Long":null}""");
    assertThat(read.toString()).isEqualTo("AllKinds[Names, Inners, Tags]");
    assertThat(read.get(AllKinds.NAMES)).containsExactly("a");
    assertThat(read.get(AllKinds.INNERS)).hasSize(1);
    assertThat(read.get(AllKinds.TAGS)).isEqualTo(Map.of("k", "v"));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, 3",
    "3.99, 3, 3",
    "-3.99, -3, -3",
    "1e2, 100, 100",
    "2147483648, 2147483647, 2147483648",
    "-99999999999, -2147483648, -99999999999",
    "1e999, 2147483647, 9223372036854775807",
    "99999999999999999999999, 2147483647, 9223372036854775807",
    "-99999999999999999999999, -2147483648, -9223372036854775808",
  })
  void numbersAreTruncatedAndClamped(String number, int asInt, long asLong) {
    for (Codec codec : Codec.values()) {
      Structure read = decode(codec, "{\"Int\":%1$s,\"Long\":%1$s}".formatted(number));
      assertThat(read.get(AllKinds.INT)).as("%s in %s", number, codec).isEqualTo(asInt);
      assertThat(read.get(AllKinds.LONG)).as("%s in %s", number, codec).isEqualTo(asLong);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "YES, true",
    "1, true",
    "yEs, true",
    "False, false",
    "no, false",
    "0, false",
  })
  void someTextsAreBooleans(String text, boolean expected) {
    Structure read = decode(Codec.JSON, "{\"Bool\":\"" + text + "\"}");
    assertThat(read.get(AllKinds.BOOL)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000, 1700000000000",
    "1700000000.123, 1700000000123",
    "1.7000000001235e9, 1700000000124",
    "0, 0",
    "-1.5, -1500",
    "1622282661795, 1622282661795000",
    "9223372036854775807, 9223372036854775807",
    "1e300, 9223372036854775807",
  })
  void jsonTimesAreSeconds(String number, long millis) {
    Structure read = decode(Codec.JSON, "{\"Time\":" + number + "}");
    assertThat(read.get(AllKinds.TIME)).isEqualTo(Instant.ofEpochMilli(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "c1 1b0000018bcfe5687b, 1700000000123",
    "1b0000018bcfe5687b, 1700000000123",
    "c1 fb4278bcfe5687b000, 1700000000123",
    "fb4278bcfe5687b000, 1700000000123",
    "c1 00, 0",
    "c1 20, -1",
    "1bffffffffffffffff, 9223372036854775807",
    "3bffffffffffffffff, -9223372036854775808",
    "c2 4a 7fffffffffffffffffff, 9223372036854775807",
    "f97e00, 0",
  })
  void cborTimesAreMilliseconds(String hex, long millis) {
    Structure read =
        input(AllKinds.SHAPE.decode(Codec.CBOR, TestingBodies.hex("a1 64 54696d65" + hex)));
    assertThat(read.get(AllKinds.TIME)).isEqualTo(Instant.ofEpochMilli(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "aA==, 68",
    "aGk=, 6869",
    "aGlq, 68696a",
    "+/+/, fbffbf",
    "+\\/+\\/, fbffbf",
    "\\u002b\\u002F+/, fbffbf",
    "aGk\\u003d, 6869",
  })
  void jsonBlobsAreBase64(String text, String hex) {
    Structure read = decode(Codec.JSON, "{\"Blob\":\"" + text + "\"}");
    assertThat(read.get(AllKinds.BLOB)).isEqualTo(TestingBodies.hex(hex));
  }

  @Test
  void jsonBlobsAreFoundWhereverTheBodyLies() {
    String text = "{\"Text\":\"äöü\",\"Blob\" :\n \"aGlq\" ,\"Int\":1}";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] inside = new byte[bytes.length + 13];
    System.arraycopy(bytes, 0, inside, 7, bytes.length);
    Structure read = input(AllKinds.SHAPE.decode(Codec.JSON, new Blob(inside, 7, bytes.length)));
    assertThat(read.get(AllKinds.BLOB)).isEqualTo(TestingBodies.hex("68696a"));
    assertThat(read.get(AllKinds.INT)).isEqualTo(1);
  }

  @Test
  void jsonBlobsAreThoseOfTheBodyAndNotOfItsNeighbours() {
    String one = "{\"Blob\":\"AAAA\"}";
    String other = "{\"Blob\":\"aGlq\"}";
    byte[] three = (one + other + one).getBytes(StandardCharsets.UTF_8);
    Blob middle = new Blob(three, one.length(), other.length());
    Structure read = input(AllKinds.SHAPE.decode(Codec.JSON, middle));
    assertThat(read.get(AllKinds.BLOB)).isEqualTo(TestingBodies.hex("68696a"));
  }

  @ParameterizedTest
  @CsvSource({
    "a2 64 426c6f62 43 68696a 64 54657874 62 6162",
    "bf 64 426c6f62 43 68696a 64 54657874 62 6162 ff",
    "bf 64 426c6f62 5f 41 68 42 696a ff 64 54657874 7f 61 61 61 62 ff ff",
    "bf 7f 62 426c 62 6f62 ff 5f 43 68696a ff 64 54657874 78 02 6162 ff",
  })
  void cborComesInAllLengths(String hex) {
    Structure read = input(AllKinds.SHAPE.decode(Codec.CBOR, TestingBodies.hex(hex)));
    assertThat(read.get(AllKinds.BLOB)).isEqualTo(TestingBodies.hex("68696a"));
    assertThat(read.get(AllKinds.TEXT)).isEqualTo("ab");
  }

  @Test
  void aMemberOfAnotherShapeIsAMistake() {
    Structure read = decode(Codec.JSON, "{}");
    assertThatThrownBy(() -> read.find(AllKinds.INNER_TEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read.get(AllKinds.TEXT)).isInstanceOf(IllegalStateException.class);
  }

  private static Structure decode(Codec codec, String json) {
    return input(AllKinds.SHAPE.decode(codec, TestingBodies.in(codec, json)));
  }

  static Structure input(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Input.class);
    return ((Decoded.Input) decoded).structure();
  }
}
