// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A value of the wrong kind is refused in the service's words, as recorded by kinesalite's tests.
 */
class SerializationTest {
  private static final String NUMBER =
      "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to ";

  /** Member | value | text; the text after the last blank of a NUMBER line is what was wanted. */
  private static final String CASES =
      """
      Text|true|class java.lang.Boolean can not be converted to an String
      Text|23|NUMBERan String
      Text|-2147483648|NUMBERan String
      Text|2147483648|NUMBERan String
      Text|34.56|NUMBERan String
      Text|[]|Start of list found where not expected
      Text|{}|Start of structure or map found where not expected.
      Int|"23"|class java.lang.String can not be converted to an Integer
      Int|true|class java.lang.Boolean can not be converted to an Integer
      Int|[]|Start of list found where not expected
      Int|{}|Start of structure or map found where not expected.
      Long|"23"|class java.lang.String can not be converted to an Long
      Long|false|class java.lang.Boolean can not be converted to an Long
      Long|[1]|Start of list found where not expected
      Long|{"a":1}|Start of structure or map found where not expected.
      Bool|"23"|'23' can not be converted to an Boolean
      Bool|"HelloWtf"|'HELLOWTF' can not be converted to an Boolean
      Bool|23|NUMBERan Boolean
      Bool|-2147483648|NUMBERan Boolean
      Bool|[]|Start of list found where not expected
      Bool|{}|Start of structure or map found where not expected.
      Blob|true|class java.lang.Boolean can not be converted to a Blob
      Blob|23|NUMBERa Blob
      Blob|34.56|NUMBERa Blob
      Blob|[]|Start of list found where not expected
      Blob|{}|Start of structure or map found where not expected.
      Time|"23"|class java.lang.String can not be converted to milliseconds since epoch
      Time|true|class java.lang.Boolean can not be converted to milliseconds since epoch
      Time|[]|Start of list found where not expected
      Time|{}|Start of structure or map found where not expected.
      Names|"23"|Expected list or null
      Names|true|Expected list or null
      Names|23|Expected list or null
      Names|34.56|Expected list or null
      Names|{}|Start of structure or map found where not expected.
      Names|[1]|NUMBERan String
      Names|["a",true]|class java.lang.Boolean can not be converted to an String
      Tags|"23"|Expected map or null
      Tags|true|Expected map or null
      Tags|23|Expected map or null
      Tags|34.56|Expected map or null
      Tags|[]|Start of list found where not expected
      Tags|{"a":23}|NUMBERan String
      Tags|{"a":{}}|Start of structure or map found where not expected.
      One|"23"|Expected null
      One|true|Expected null
      One|23|Expected null
      One|34.56|Expected null
      One|[]|Start of list found where not expected
      One|{"Text":23}|NUMBERan String
      Inners|[23]|Expected null
      Inners|[[]]|Start of list found where not expected
      Inners|[{"Text":"a"},{"Text":true}]|class java.lang.Boolean can not be converted to an String
      """;

  @ParameterizedTest
  @EnumSource(Codec.class)
  void wrongKindsAreNamed(Codec codec) {
    CASES
        .lines()
        .map(line -> line.split("\\|", -1))
        .forEach(
            parts ->
                assertThat(refusal(codec, "{\"%s\":%s}".formatted(parts[0], parts[1])))
                    .as("%s given %s in %s", parts[0], parts[1], codec)
                    .isEqualTo(parts[2].replace("NUMBER", NUMBER)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "23456|Base64 encoded length is expected a multiple of 4 bytes but found: 5",
        "A|Base64 encoded length is expected a multiple of 4 bytes but found: 1",
        "AB==A|Base64 encoded length is expected a multiple of 4 bytes but found: 5",
        "=+/=|Invalid Base64 character: '='",
        "AB=C|Invalid Base64 character: '='",
        "AA==AAAA|Invalid Base64 character: '='",
        "AB-_|Invalid Base64 character: '-'",
        "AB C|Invalid Base64 character: ' '",
        "ABCé|Invalid Base64 character: 'é'",
        "+/+=|Invalid last non-pad Base64 character dectected",
        "AB==|Invalid last non-pad Base64 character dectected",
        "A===|Invalid last non-pad Base64 character dectected",
        "====|Invalid last non-pad Base64 character dectected",
      })
  void badBase64IsExplained(String text, String reason) {
    String expected = "'" + text + "' can not be converted to a Blob: " + reason;
    assertThat(refusal(Codec.JSON, "{\"Blob\":\"" + text + "\"}")).isEqualTo(expected);
    String escaped = "\\u%04x".formatted((int) text.charAt(0)) + text.substring(1);
    assertThat(refusal(Codec.JSON, "{\"Blob\":\"" + escaped + "\"}")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "true",
        "23",
        "\"x\"",
        "[]",
        "[{}]",
        "hello",
        "{",
        "{}{}",
        "{} x",
        "{\"Text\":}",
        "{\"Text\":1,}",
        "{'Text':\"a\"}",
        "{\"Text\":\"a\u0001\"}",
        "{\"Int\":01}",
        "{\"Int\":NaN}",
      })
  void whatIsNoStructureGetsNoText(String body) {
    assertThat(refusal(Codec.JSON, TestingBodies.json(body))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"Text\":1", "{\"Text\":1} ]", "{\"Text\":1,\"Later\":[}"})
  void badSyntaxFurtherOnWinsOverABadKind(String body) {
    assertThat(refusal(Codec.JSON, TestingBodies.json(body))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bf 64 54657874 41 61 ff, class java.nio.HeapByteBuffer can not be converted to an String",
    "bf 64 426c6f62 61 61 ff, class java.lang.String can not be converted to a Blob",
    "bf 64 4e616d65 40 ff 00, ''",
    "80, ''",
    "f6, ''",
    "1b0000018bcfe5687b, ''",
  })
  void cborOnly(String hex, String text) {
    assertThat(refusal(Codec.CBOR, TestingBodies.hex(hex))).isEqualTo(text);
  }

  private static String refusal(Codec codec, String json) {
    return refusal(codec, TestingBodies.in(codec, json));
  }

  @Test
  void noMoreThanOneKibibyteOfAValueIsQuoted() {
    String text = "a".repeat(1 << 20);
    String quoted = "'" + text.substring(0, 1021) + "...'";
    assertThat(refusal(Codec.JSON, "{\"Blob\":\"" + text + "!\"}"))
        .isEqualTo(
            quoted
                + " can not be converted to a Blob: Base64 encoded length is expected a multiple of"
                + " 4 bytes but found: 1048577");
    assertThat(refusal(Codec.JSON, "{\"Bool\":\"" + text + "\"}"))
        .isEqualTo(quoted.toUpperCase(Locale.ROOT) + " can not be converted to an Boolean");
  }

  private static String refusal(Codec codec, Blob body) {
    Decoded decoded = AllKinds.SHAPE.decode(codec, body);
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    KinesisError error = ((Decoded.Malformed) decoded).error();
    assertThat(error.name()).isEqualTo(KinesisError.Name.SERIALIZATION);
    return error.message();
  }
}
