// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value of a policy. Numbers and booleans are kept as they were written. */
sealed interface PolicyJson {
  record JsonMembers(Map<String, PolicyJson> members) implements PolicyJson {
    public JsonMembers {
      members = Collections.unmodifiableMap(members);
    }
  }

  record Elements(List<PolicyJson> elements) implements PolicyJson {
    public Elements {
      elements = List.copyOf(elements);
    }
  }

  record JsonString(String text) implements PolicyJson {}

  /** A number, {@code true} or {@code false}. */
  record Literal(String text) implements PolicyJson {}

  record Null() implements PolicyJson {}

  /** For messages: a text, an object, … */
  default String description() {
    return switch (this) {
      case JsonMembers _ -> "an object";
      case Elements _ -> "an array";
      case JsonString(String text) -> "'" + text + "'";
      case Literal(String text) -> text;
      case Null() -> "null";
    };
  }

  /** Parses a text with one value that is nested no deeper than allowed. */
  static PolicyJson parse(String text) throws InvalidPolicyException {
    try (JsonParser parser = Reader.FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new InvalidPolicyException("Policy is empty.");
      }
      PolicyJson value = Reader.value(parser, 1);
      if (parser.nextToken() != null) {
        throw new InvalidPolicyException(
            "Policy has more text after the document, at " + Reader.place(parser) + ".");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new InvalidPolicyException(
          "Policy is not valid JSON"
              + (e.getLocation() == null
                  ? "."
                  : " at line %d, column %d."
                      .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr())));
    } catch (IOException e) {
      throw new UncheckedIOException("a string is read without input or output", e);
    }
  }

  /** Builds values from tokens. */
  final class Reader {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Reader() {}

    private static PolicyJson value(JsonParser parser, int depth)
        throws IOException, InvalidPolicyException {
      if (depth > PolicyLimits.MAX_NESTING) {
        throw new InvalidPolicyException(
            "Policy must not be nested deeper than %d levels.".formatted(PolicyLimits.MAX_NESTING));
      }
      JsonToken token = parser.currentToken();
      if (token == JsonToken.START_OBJECT) {
        return object(parser, depth);
      }
      if (token == JsonToken.START_ARRAY) {
        List<PolicyJson> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser, depth + 1));
        }
        return new Elements(elements);
      }
      if (token == JsonToken.VALUE_STRING) {
        return new JsonString(parser.getText());
      }
      return token == JsonToken.VALUE_NULL ? new Null() : new Literal(parser.getText());
    }

    private static PolicyJson object(JsonParser parser, int depth)
        throws IOException, InvalidPolicyException {
      Map<String, PolicyJson> members = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        String place = place(parser);
        parser.nextToken();
        if (members.put(name, value(parser, depth + 1)) != null) {
          throw new InvalidPolicyException(
              "Policy has the element '" + name + "' twice in one object, at " + place + ".");
        }
      }
      return new JsonMembers(members);
    }

    private static String place(JsonParser parser) {
      return "line %d, column %d"
          .formatted(
              parser.currentTokenLocation().getLineNr(),
              parser.currentTokenLocation().getColumnNr());
    }
  }
}
