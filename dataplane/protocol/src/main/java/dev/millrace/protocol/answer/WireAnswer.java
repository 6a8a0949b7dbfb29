// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An answer without its general headers ({@link dev.millrace.protocol.request.StandardHeaders}).
 * Any thread may make one.
 *
 * @param status the HTTP status
 * @param contentType the {@code Content-Type}; absent where the service sends none
 * @param body the body; may be empty, and is then sent with a length of 0
 */
public record WireAnswer(int status, Optional<String> contentType, Blob body) {

  /** Success with a body. */
  public static WireAnswer success(Codec codec, Blob body) {
    return new WireAnswer(200, Optional.of(codec.contentType()), body);
  }

  /** Success of an operation without output: an empty body with a content type. */
  public static WireAnswer success(Codec codec) {
    return success(codec, Blob.EMPTY);
  }

  /** An error in the request's encoding. */
  public static WireAnswer error(Codec codec, KinesisError error) {
    WireWriter out = new WireWriter(codec, 128 + error.message().length());
    out.startStructure();
    out.text("__type", error.name().text());
    if (!error.message().isEmpty()) {
      // Two letter cases, as recorded from the service.
      out.text(
          error.name() == KinesisError.Name.SERIALIZATION ? "Message" : "message", error.message());
    }
    out.end();
    return new WireAnswer(error.name().status(), Optional.of(codec.contentType()), out.finish());
  }

  /** An error for a request whose content type is neither codec's: XML without a content type. */
  public static WireAnswer xmlError(int status, KinesisError error) {
    String name = error.name().text();
    String text =
        error.message().isEmpty()
            ? "<" + name + "/>\n"
            : "<"
                + name
                + ">\n  <Message>"
                + escape(error.message())
                + "</Message>\n</"
                + name
                + ">\n";
    return new WireAnswer(status, Optional.empty(), utf8(text));
  }

  /** An error in the service's older envelope, which it uses for {@code application/json}. */
  public static WireAnswer envelopedError(int status, KinesisError.Name name) {
    String text =
        "{\"Output\":{\"__type\":\"com.amazon.coral.service#"
            + name.text()
            + "\"},\"Version\":\"1.0\"}";
    return new WireAnswer(status, Optional.of("application/json"), utf8(text));
  }

  /** Escapes a message, which may quote what the client sent. */
  static String escape(String message) {
    return message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  static Blob utf8(String text) {
    return Blob.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
