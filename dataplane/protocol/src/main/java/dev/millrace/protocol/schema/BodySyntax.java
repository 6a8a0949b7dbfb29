// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Checks whether a body parses at all, without regard to any shape. */
public final class BodySyntax {
  private BodySyntax() {}

  /** Whether the body is exactly one JSON object or CBOR map. */
  public static boolean isStructure(Codec codec, Blob body) {
    try (JsonParser parser = codec.parser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JsonProcessingException unparseable) {
      return false;
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading an array failed", impossible);
    }
  }
}
