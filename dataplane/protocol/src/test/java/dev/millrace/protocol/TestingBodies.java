// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Makes request bodies for tests. */
public final class TestingBodies {
  private TestingBodies() {}

  /** The text as it stands. */
  public static Blob json(String text) {
    return Blob.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes written in hexadecimal; blanks do not count. */
  public static Blob hex(String digits) {
    return Blob.of(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  /** What the JSON text says, in the given codec; text stays text, also where a blob is meant. */
  public static Blob in(Codec codec, String jsonText) {
    if (codec == Codec.JSON) {
      return json(jsonText);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonParser parser = new JsonFactory().createParser(jsonText);
        JsonGenerator generator = new CBORFactory().createGenerator(bytes)) {
      parser.nextToken();
      generator.copyCurrentStructure(parser);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Blob.of(bytes.toByteArray());
  }
}
