// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.error.KinesisError;
import dev.millrace.core.error.KinesisError.Name;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.TestingBodies;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Errors have the service's shape: reference kinesis-api.md, sections 3.1 and 3.6. */
class WireAnswerTest {
  @Test
  void jsonErrors() {
    assertThat(
            WireAnswer.error(
                Codec.JSON, new KinesisError(Name.RESOURCE_NOT_FOUND, "Stream \"s\" not found.")))
        .isEqualTo(
            answer(
                400,
                "application/x-amz-json-1.1",
                "{\"__type\":\"ResourceNotFoundException\","
                    + "\"message\":\"Stream \\\"s\\\" not found.\"}"));
    assertThat(WireAnswer.error(Codec.JSON, new KinesisError(Name.SERIALIZATION, "Expected null")))
        .isEqualTo(
            answer(
                400,
                "application/x-amz-json-1.1",
                "{\"__type\":\"SerializationException\",\"Message\":\"Expected null\"}"));
    assertThat(WireAnswer.error(Codec.JSON, new KinesisError(Name.INTERNAL_FAILURE, "")))
        .isEqualTo(answer(500, "application/x-amz-json-1.1", "{\"__type\":\"InternalFailure\"}"));
    assertThat(
            WireAnswer.error(Codec.JSON, new KinesisError(Name.SERVICE_UNAVAILABLE, "")).status())
        .isEqualTo(503);
  }

  @Test
  void cborErrors() {
    assertThat(WireAnswer.error(Codec.CBOR, new KinesisError(Name.UNKNOWN_OPERATION, "")))
        .isEqualTo(
            new WireAnswer(
                400,
                Optional.of("application/x-amz-cbor-1.1"),
                TestingBodies.hex(
                    "bf 66 5f5f74797065 7819"
                        + " 556e6b6e6f776e4f7065726174696f6e457863657074696f6e ff")));
    assertThat(WireAnswer.error(Codec.CBOR, new KinesisError(Name.VALIDATION, "m")).body())
        .isEqualTo(
            TestingBodies.hex(
                "bf 66 5f5f74797065 73 56616c69646174696f6e457863657074696f6e"
                    + " 67 6d657373616765 61 6d ff"));
  }

  @Test
  void xmlErrors() {
    assertThat(WireAnswer.xmlError(403, new KinesisError(Name.ACCESS_DENIED, "a<b>&'c'")))
        .isEqualTo(
            new WireAnswer(
                403,
                Optional.empty(),
                TestingBodies.json(
                    """
                    <AccessDeniedException>
                      <Message>a&lt;b&gt;&amp;'c'</Message>
                    </AccessDeniedException>
                    """)));
    assertThat(WireAnswer.xmlError(500, new KinesisError(Name.INTERNAL_FAILURE, "")).body())
        .isEqualTo(TestingBodies.json("<InternalFailure/>\n"));
  }

  @Test
  void successWithoutOutputHasATypeAndNoBody() {
    assertThat(WireAnswer.success(Codec.CBOR))
        .isEqualTo(new WireAnswer(200, Optional.of("application/x-amz-cbor-1.1"), Blob.EMPTY));
  }

  private static WireAnswer answer(int status, String contentType, String body) {
    return new WireAnswer(status, Optional.of(contentType), TestingBodies.json(body));
  }
}
