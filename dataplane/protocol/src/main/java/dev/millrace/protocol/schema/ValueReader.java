// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.core.error.Excerpt;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of an expected type from a body and rejects others in the service's words. The texts
 * of SerializationException are here and in {@link Base64Text}.
 */
final class ValueReader implements Closeable {
  private static final String LIST_FOUND = "Start of list found where not expected";
  private static final String STRUCTURE_FOUND =
      "Start of structure or map found where not expected.";

  private final Codec codec;
  private final Blob body;
  private final JsonParser parser;

  ValueReader(Codec codec, Blob body) throws IOException {
    this.codec = codec;
    this.body = body;
    this.parser = codec.parser(body);
  }

  /** Moves to the structure that is the body. */
  void startBody() throws IOException, MalformedValueException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedValueException("");
    }
  }

  /** Checks that nothing follows the structure that is the body. */
  void endBody() throws IOException, MalformedValueException {
    if (parser.nextToken() != null) {
      throw new MalformedValueException("");
    }
  }

  void startStructure() throws MalformedValueException {
    start(JsonToken.START_OBJECT, "Expected null");
  }

  void startMap() throws MalformedValueException {
    start(JsonToken.START_OBJECT, "Expected map or null");
  }

  void startList() throws MalformedValueException {
    start(JsonToken.START_ARRAY, "Expected list or null");
  }

  private void start(JsonToken wanted, String otherwise) throws MalformedValueException {
    JsonToken found = parser.currentToken();
    if (found != wanted) {
      throw new MalformedValueException(
          switch (found) {
            case START_ARRAY -> LIST_FOUND;
            case START_OBJECT -> STRUCTURE_FOUND;
            default -> otherwise;
          });
    }
  }

  /** Moves to the value of the next member or entry; its name, or null at the end. */
  @Nullable String nextName() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /** Moves to the next element; false at the end. */
  boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  boolean isNull() {
    return parser.hasToken(JsonToken.VALUE_NULL);
  }

  /** Moves to the end of the current value, of any type. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  String string() throws IOException, MalformedValueException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw notConvertible("an String");
    }
    return parser.getText();
  }

  boolean bool() throws IOException, MalformedValueException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> bool(parser.getText().toUpperCase(Locale.ROOT));
      default -> throw notConvertible("an Boolean");
    };
  }

  private static boolean bool(String upperCase) throws MalformedValueException {
    return switch (upperCase) {
      case "TRUE", "YES", "1" -> true;
      case "FALSE", "NO", "0" -> false;
      default ->
          throw new MalformedValueException(
              "'" + Excerpt.of(upperCase) + "' can not be converted to an Boolean");
    };
  }

  /** A whole number: fractions cut off, clamped to 64 bits. */
  long integer(String javaName) throws IOException, MalformedValueException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> clampedLong();
      case VALUE_NUMBER_FLOAT -> (long) parser.getDoubleValue();
      default -> throw notConvertible("an " + javaName);
    };
  }

  long epochMillis() throws IOException, MalformedValueException {
    int unitMillis = codec == Codec.JSON ? 1000 : 1;
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> saturatedProduct(clampedLong(), unitMillis);
      case VALUE_NUMBER_FLOAT -> Math.round(parser.getDoubleValue() * unitMillis);
      default -> throw notConvertible("milliseconds since epoch");
    };
  }

  Blob blob() throws IOException, MalformedValueException {
    return switch (parser.currentToken()) {
      case VALUE_EMBEDDED_OBJECT -> Blob.of(parser.getBinaryValue());
      case VALUE_STRING -> {
        if (codec == Codec.CBOR) {
          throw notConvertible("a Blob");
        }
        Blob fast = Base64Text.decodeInPlace(body, parser.currentTokenLocation().getByteOffset());
        yield fast == null ? Base64Text.decode(parser.getText()) : fast;
      }
      default -> throw notConvertible("a Blob");
    };
  }

  private long clampedLong() throws IOException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue().signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    };
  }

  private static long saturatedProduct(long value, int factor) {
    long high = Math.multiplyHigh(value, factor);
    long low = value * factor;
    boolean fits = high == low >> (Long.SIZE - 1);
    return fits ? low : value < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private MalformedValueException notConvertible(String wanted) {
    return new MalformedValueException(
        switch (parser.currentToken()) {
          case START_ARRAY -> LIST_FOUND;
          case START_OBJECT -> STRUCTURE_FOUND;
          case VALUE_TRUE, VALUE_FALSE ->
              "class java.lang.Boolean can not be converted to " + wanted;
          case VALUE_STRING -> "class java.lang.String can not be converted to " + wanted;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
              "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to "
                  + wanted;
          // Byte strings exist in CBOR only, where the service's words are not known.
          default -> "class java.nio.HeapByteBuffer can not be converted to " + wanted;
        });
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
