// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The two encodings of a request. Answers and errors use the encoding of their request; there is no
 * negotiation by {@code Accept}.
 */
public enum Codec {
  /** AWS JSON 1.1: blobs in base64, timestamps in epoch seconds with a fraction. */
  JSON("application/x-amz-json-1.1", 16 << 20, JsonFactory.builder(), JsonText::isUnicode),
  /**
   * AWS CBOR 1.1, used by the Java SDK: blobs as byte strings, timestamps in epoch milliseconds
   * under tag 1.
   */
  CBOR("application/x-amz-cbor-1.1", 12 << 20, CBORFactory.builder(), CborText::isUnicode);

  /** Nested containers. The deepest shape has 4; the rest is for unknown members. */
  static final int MAX_DEPTH = 64;

  /** Digits of a number. The longest numbers, sequence numbers, are text and not bound by this. */
  static final int MAX_NUMBER_LENGTH = 400;

  /** Characters of a member's name or a map's key. The longest allowed key of a tag has 128. */
  static final int MAX_NAME_LENGTH = 10_000;

  private final String contentType;
  private final int maxBodyBytes;

  @SuppressWarnings("ImmutableEnumChecker") // A factory is not changed once it is built.
  private final JsonFactory factory;

  @SuppressWarnings("ImmutableEnumChecker") // A method reference.
  private final Predicate<Blob> isUnicode;

  Codec(String contentType, int maxBodyBytes, TSFBuilder<?, ?> builder, Predicate<Blob> isUnicode) {
    this.contentType = contentType;
    this.maxBodyBytes = maxBodyBytes;
    this.isUnicode = isUnicode;
    this.factory =
        builder
            // Names come from clients: they must not fill the JVM's table of interned strings.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // JSON is UTF-8; a body in UTF-16 would pass by the check of its text.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(maxBodyBytes)
                    .build())
            .build();
  }

  /** The content type, of requests and answers, without parameters. */
  public String contentType() {
    return contentType;
  }

  /**
   * The largest body that a server accepts, in bytes: 10 MiB of records with their keys in this
   * encoding. A larger one is answered with status 413.
   */
  public int maxBodyBytes() {
    return maxBodyBytes;
  }

  /**
   * The codec for a {@code Content-Type} header.
   *
   * @param header the header's value; letter case, parameters after {@code ;} and blanks around do
   *     not count
   */
  public static Optional<Codec> ofContentType(String header) {
    String type = mediaType(header);
    for (Codec codec : values()) {
      if (codec.contentType.equals(type)) {
        return Optional.of(codec);
      }
    }
    return Optional.empty();
  }

  /** A {@code Content-Type} header's value in lower case, without parameters and blanks around. */
  public static String mediaType(String header) {
    int end = header.indexOf(';');
    return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * A parser over a body; for this module.
   *
   * @throws JsonParseException if any text of the body is not Unicode: decoded, it would be another
   *     text than the one that was sent
   */
  public JsonParser parser(Blob body) throws IOException {
    if (!isUnicode.test(body)) {
      throw new JsonParseException(null, "a text is not Unicode");
    }
    return factory.createParser(body.array(), body.offset(), body.length());
  }

  /** A generator into a stream; for this module. */
  public JsonGenerator generator(OutputStream out) throws IOException {
    return factory.createGenerator(out);
  }
}
