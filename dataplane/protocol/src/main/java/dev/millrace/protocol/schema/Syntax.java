package dev.millrace.protocol.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Whether bytes are a well-formed body at all, without regard to any shape. */
public final class Syntax {
  private Syntax() {}

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
