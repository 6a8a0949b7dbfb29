// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** An error in a stream has the name that clients know from the stream's union. */
class EventMessagesTest {
  private static Message exception(KinesisError error) {
    Blob blob = EventMessages.exception(error);
    return Message.decode(ByteBuffer.wrap(blob.array(), blob.offset(), blob.length()));
  }

  @Test
  void anExceptionHasItsNameAndItsMessage() {
    Message message = exception(KinesisError.inUse("taken"));
    assertThat(message.getHeaders())
        .containsEntry(":message-type", HeaderValue.fromString("exception"))
        .containsEntry(":exception-type", HeaderValue.fromString("ResourceInUseException"));
    assertThat(new String(message.getPayload(), StandardCharsets.UTF_8))
        .isEqualTo("{\"message\":\"taken\"}");
  }

  @Test
  void theServicesOwnFailureHasTheNameOfItsShape() {
    KinesisError failure = new KinesisError(KinesisError.Name.INTERNAL_FAILURE, "sorry");
    assertThat(exception(failure).getHeaders())
        .containsEntry(":exception-type", HeaderValue.fromString("InternalFailureException"));
  }
}
