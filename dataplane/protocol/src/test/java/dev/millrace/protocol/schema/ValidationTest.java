// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broken constraint is reported in the service's words, order and number. */
class ValidationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{`Int`:-6}|Value '-6' at 'int' failed to satisfy constraint: Member must have value"
            + " greater than or equal to -5",
        "{`Int`:1e20}|Value '2147483647' at 'int' failed to satisfy constraint: Member must have"
            + " value less than or equal to 10",
        "{`Long`:-1}|Value '-1' at 'long' failed to satisfy constraint: Member must have value"
            + " greater than or equal to 0",
        "{`Long`:100}|Value '100' at 'long' failed to satisfy constraint: Member must have value"
            + " less than or equal to 99",
        "{`Blob`:`aGlqaGlqaA==`}|Value at 'blob'"
            + " failed to satisfy constraint: Member must have length less than or equal to 6",
        "{`Names`:[]}|Value '[]' at 'names' failed to satisfy constraint: Member must have length"
            + " greater than or equal to 1",
        "{`Names`:[`a`,`b`,`c`,`d`]}|Value '[a, b, c, d]' at 'names' failed to satisfy constraint:"
            + " Member must have length less than or equal to 3",
        "{`Names`:[`a`,``]}|Value '[a, ]' at 'names' failed to satisfy constraint: Member must"
            + " satisfy constraint: [Member must have length less than or equal to 4, Member must"
            + " have length greater than or equal to 1]",
        "{`Tags`:{}}|Value '{}' at 'tags' failed to satisfy constraint: Member must have length"
            + " greater than or equal to 1",
        "{`Tags`:{`a`:`b`,`c`:`d`,`e`:`f`}}|Value '{a=b, c=d, e=f}' at 'tags' failed to satisfy"
            + " constraint: Member must have length less than or equal to 2",
        "{`Tags`:{``:`b`}}|Value '{=b}' at 'tags' failed to satisfy constraint: Map keys must"
            + " satisfy constraint: [Member must have length less than or equal to 128, Member must"
            + " have length greater than or equal to 1]",
        "{`One`:{}}|Value null at 'one.text' failed to satisfy constraint: Member must not be null",
        "{`Inners`:[{`Text`:`a`},{`Text`:`abcd`}]}|Value 'abcd' at 'inners.2.member.text' failed to"
            + " satisfy constraint: Member must have length less than or equal to 3",
        "{`Inners`:[{`Text`:`a`,`Bytes`:`aGlqaGk=`}]}|Value at"
            + " 'inners.1.member.bytes' failed to satisfy constraint: Member must have"
            + " length less than or equal to 4",
      })
  void oneViolation(String json, String entry) {
    assertThat(message(json.replace('`', '"'))).contains("1 validation error detected: " + entry);
  }

  /** Dropped, a null would shift the results of PutRecords against its entries. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{`Inners`:[{`Text`:`a`},null]}|inners.2.member",
        "{`Inners`:[null,{`Text`:`a`}]}|inners.1.member",
        "{`Names`:[`a`,null,`b`]}|names.2.member",
      })
  void aNullElementIsAViolation(String json, String path) {
    for (Codec codec : Codec.values()) {
      Structure input =
          DecodingTest.input(
              AllKinds.SHAPE.decode(codec, TestingBodies.in(codec, json.replace('`', '"'))));
      assertThat(Validation.check(input).map(KinesisError::message))
          .as("%s in %s", json, codec)
          .contains(
              "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
                  .formatted(path));
    }
  }

  @Test
  void nullElementsOfTooLongAListAreNoOtherError() {
    assertThat(message("{\"Names\":[\"a\",\"b\",\"c\",null]}").orElseThrow())
        .startsWith(
            "2 validation errors detected: Value '[a, b, c, null]' at 'names' failed to satisfy"
                + " constraint: Member must have length less than or equal to 3; Value null at"
                + " 'names.4.member'");
  }

  @Test
  void noMoreThanOneKibibyteOfAValueIsQuoted() {
    String longText = "é".repeat(1 << 20);
    String quoted = "é".repeat(510) + "...";
    assertThat(message("{\"One\":{\"Text\":\"" + longText + "\"}}"))
        .contains(
            "1 validation error detected: Value '"
                + quoted
                + "' at 'one.text' failed to satisfy constraint: Member must have length less than"
                + " or equal to 3");
    for (String json :
        new String[] {
          "{\"Names\":[\"" + longText + "\",\"" + longText + "\"]}",
          "{\"Tags\":{\"" + "k".repeat(9_000) + "\":\"" + longText + "\"}}"
        }) {
      assertThat(message(json).orElseThrow()).hasSizeLessThan(3 * 1024);
    }
  }

  @Test
  void longTagValues() {
    String longText = "v".repeat(257);
    assertThat(message("{\"Tags\":{\"k\":\"" + longText + "\"}}"))
        .contains(
            "1 validation error detected: Value '{k="
                + longText
                + "}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint:"
                + " [Member must have length less than or equal to 256, Member must have length"
                + " greater than or equal to 0]");
  }

  @Test
  void goodValuesPass() {
    assertThat(
            message(
                "{\"Int\":10,\"Long\":0,\"Blob\":\"aGlqaGlq\",\"Names\":[\"a\",\"abcd\"],"
                    + "\"Tags\":{\"a\":\"\"},\"One\":{\"Text\":\"abc\"},\"Text\":\"\"}"))
        .isEmpty();
    assertThat(message("{}")).isEmpty();
  }

  @Test
  void violationsComeInOrderOfDeclaration() {
    assertThat(message("{\"Tags\":{},\"Int\":-9,\"Names\":[],\"Long\":-9}"))
        .contains(
            "4 validation errors detected: "
                + "Value '-9' at 'int' failed to satisfy constraint: "
                + "Member must have value greater than or equal to -5; "
                + "Value '-9' at 'long' failed to satisfy constraint: "
                + "Member must have value greater than or equal to 0; "
                + "Value '[]' at 'names' failed to satisfy constraint: "
                + "Member must have length greater than or equal to 1; "
                + "Value '{}' at 'tags' failed to satisfy constraint: "
                + "Member must have length greater than or equal to 1");
  }

  @Test
  void noMoreThanTenAreListedAndCounted() {
    String message =
        message("{\"Int\":-9,\"Inners\":[" + "{},".repeat(11) + "{}],\"Tags\":{}}").orElseThrow();
    assertThat(message)
        .startsWith("10 validation errors detected: Value '-9' at 'int'")
        .endsWith(
            "Value null at 'inners.9.member.text' failed to satisfy constraint: Member must not be"
                + " null");
    assertThat(message.split("; ", -1)).hasSize(10);
  }

  @Test
  void recordsAreNotPrinted() {
    assertThat(message("{\"Inners\":[" + "{\"Text\":\"a\"},".repeat(12) + "{\"Text\":\"b\"}]}"))
        .contains(
            "1 validation error detected: Value at 'inners' failed to satisfy constraint: Member"
                + " must have length less than or equal to 12");
  }

  @Test
  void anActionMayRequireMore() {
    Structure input = decode("{\"Inners\":[{\"Text\":\"a\"}]}");
    assertThat(
            Validation.check(input, AllKinds.LONG, AllKinds.INNER_BLOB).map(KinesisError::message))
        .contains(
            "2 validation errors detected: "
                + "Value null at 'long' failed to satisfy constraint: Member must not be null; "
                + "Value null at 'inners.1.member.bytes' failed to satisfy constraint: "
                + "Member must not be null");
  }

  private static Optional<String> message(String json) {
    Optional<KinesisError> error = Validation.check(decode(json));
    error.ifPresent(e -> assertThat(e.name()).isEqualTo(KinesisError.Name.VALIDATION));
    return error.map(KinesisError::message);
  }

  private static Structure decode(String json) {
    return DecodingTest.input(AllKinds.SHAPE.decode(Codec.JSON, TestingBodies.json(json)));
  }
}
