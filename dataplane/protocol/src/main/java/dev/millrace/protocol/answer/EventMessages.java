// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * The messages of an event stream. Payloads are JSON, whatever the encoding of the request.
 *
 * @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">Amazon Event Stream
 *     Specification</a>
 */
public final class EventMessages {
  /** The content type of the stream. */
  public static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

  private static final String TYPE = ":message-type";
  private static final String EVENT_TYPE = ":event-type";
  private static final String EXCEPTION_TYPE = ":exception-type";
  private static final String PAYLOAD_TYPE = ":content-type";

  private EventMessages() {}

  /** The first message, without which some clients refuse the stream. */
  public static Blob initialResponse() {
    return message("event", EVENT_TYPE, "initial-response", "{}".getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An event.
   *
   * @param name the member of the stream's union
   * @param expectedBytes the estimated size of the payload
   * @param members writes the members of the payload, not its braces
   */
  public static Blob event(String name, int expectedBytes, Consumer<WireWriter> members) {
    WireWriter out = new WireWriter(Codec.JSON, expectedBytes);
    out.startStructure();
    members.accept(out);
    out.end();
    return message("event", EVENT_TYPE, name, out.finish().copy());
  }

  /** An error; the stream ends with it. */
  public static Blob exception(KinesisError error) {
    WireWriter out = new WireWriter(Codec.JSON, 64 + error.message().length());
    out.startStructure();
    out.text("message", error.message());
    out.end();
    return message("exception", EXCEPTION_TYPE, unionMember(error.name()), out.finish().copy());
  }

  /** In streams an internal failure has the name of its shape, elsewhere an older one. */
  private static String unionMember(KinesisError.Name name) {
    return name == KinesisError.Name.INTERNAL_FAILURE ? "InternalFailureException" : name.text();
  }

  private static Blob message(String kind, String nameHeader, String name, byte[] payload) {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put(TYPE, HeaderValue.fromString(kind));
    headers.put(nameHeader, HeaderValue.fromString(name));
    headers.put(PAYLOAD_TYPE, HeaderValue.fromString(Codec.JSON.contentType()));
    ByteBuffer bytes = new Message(headers, payload).toByteBuffer();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return Blob.of(copy);
  }
}
