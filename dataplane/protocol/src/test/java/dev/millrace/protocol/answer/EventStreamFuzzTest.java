// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.protocol.Blob;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import software.amazon.eventstream.Message;

/**
 * Messages of event streams, which this server writes and clients decode: whatever text is in one,
 * the library of the SDK reads it back.
 */
final class EventStreamFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return utf8("", "taken", "ä \" \\ \u0000 \n", "x".repeat(2_000));
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8("\"", "\\", "\n", "\u2028", "\ufeff", "}", "\u0000");
  }

  @Override
  protected void decode(byte[] input) throws IOException {
    String text = new String(input, UTF_8);
    assertThat(read(EventMessages.exception(KinesisError.inUse(text)))).isEqualTo(text);
    assertThat(
            read(
                EventMessages.event(
                    "SubscribeToShardEvent", input.length, out -> out.text("message", text))))
        .isEqualTo(text);
  }

  private static String read(Blob blob) throws IOException {
    Message message = Message.decode(blob.buffer());
    try (JsonParser parser = new JsonFactory().createParser(message.getPayload())) {
      parser.nextToken();
      assertThat(parser.nextFieldName()).isEqualTo("message");
      return parser.nextTextValue();
    }
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }
}
