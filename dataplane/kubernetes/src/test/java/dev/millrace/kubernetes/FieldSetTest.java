// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A patch has exactly the fields that a manager owns, whatever they are. */
class FieldSetTest {
  private static final String OBJECT =
      """
      {"spec": {"count": 3, "tags": {"a": "1", "b": "2"}, "set": ["x", "y"], "whole": {"p": {"q": 1}},
                "ports": [{"name": "http", "port": 80, "more": true}, {"name": "other", "port": 81}],
                "ofANewerVersion": {"deep": [1, {"z": null}]}}}
      """;

  private static FieldSet fields(String json) {
    return new FieldSet(Json.map(Json.parse(json)));
  }

  private static void extracts(String fields, String expected) {
    assertThat(fields(fields).of(Json.parse(OBJECT))).isEqualTo(Json.parse(expected));
  }

  @Test
  void fieldsAndEntriesOfMapsAreExtracted() {
    extracts(
        """
        {"f:spec": {".": {}, "f:count": {}, "f:tags": {".": {}, "f:b": {}}, "f:absent": {}}}
        """,
        """
        {"spec": {"count": 3, "tags": {"b": "2"}}}
        """);
  }

  @Test
  void whatIsOwnedAsAWholeIsExtractedAsAWhole() {
    extracts(
        """
        {"f:spec": {"f:whole": {}, "f:ofANewerVersion": {}}}
        """,
        """
        {"spec": {"whole": {"p": {"q": 1}}, "ofANewerVersion": {"deep": [1, {"z": null}]}}}
        """);
  }

  @Test
  void itemsOfSetsAndOfListMapsAreExtracted() {
    extracts(
        """
        {"f:spec": {"f:set": {".": {}, "v:\\"y\\"": {}, "v:\\"gone\\"": {}},
                    "f:ports": {"k:{\\"name\\":\\"http\\"}": {".": {}, "f:port": {}}}}}
        """,
        """
        {"spec": {"set": ["y"], "ports": [{"name": "http", "port": 80}]}}
        """);
  }

  @Test
  void aMapOfWhichNothingIsOwnedButItselfIsLeftOut() {
    extracts(
        """
        {"f:spec": {".": {}, "f:count": {}, "f:tags": {".": {}}, "f:set": {".": {}}}}
        """,
        """
        {"spec": {"count": 3}}
        """);
  }

  @Test
  void aFieldInWhatIsOwnedAsAWholeIsOwned() {
    FieldSet set =
        fields(
            """
            {"f:spec": {"f:whole": {}, "f:tags": {"f:a": {}}, "f:set": {"v:\\"x\\"": {}}}}
            """);
    assertThat(set.contains(FieldPath.of("spec", "whole", "p"))).isTrue();
    assertThat(set.contains(FieldPath.of("spec", "tags"))).isTrue();
    assertThat(set.contains(FieldPath.of("spec", "tags", "a"))).isTrue();
    assertThat(set.contains(FieldPath.of("spec", "tags", "b"))).isFalse();
    assertThat(set.contains(FieldPath.of("spec", "count"))).isFalse();
    assertThat(set.contains(FieldPath.of("spec", "set").item("x"))).isTrue();
    assertThat(set.contains(FieldPath.of("spec", "set").item("y"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"f:a": {}} | {"f:b": {}} | {"f:a": {}, "f:b": {}}
          {"f:a": {"f:x": {}}} | {"f:a": {"f:y": {}}} | {"f:a": {"f:x": {}, "f:y": {}}}
          {"f:a": {}} | {"f:a": {"f:y": {}}} | {"f:a": {}}
          {} | {"f:a": {"f:y": {}}} | {"f:a": {"f:y": {}}}
          """)
  void twoSetsTogetherHaveWhatEitherHas(String one, String other, String both) {
    assertThat(fields(one).and(fields(other))).isEqualTo(fields(both));
    assertThat(fields(other).and(fields(one))).isEqualTo(fields(both));
  }
}
