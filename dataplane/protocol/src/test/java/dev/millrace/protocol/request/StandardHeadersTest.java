// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.TestingRequest;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Every answer carries the service's ids, and what a browser needs if one asked. */
class StandardHeadersTest {
  private static final RequestIds IDS = new RequestIds("id-1", "id-2");
  private static final String EXPOSED =
      "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date";

  @Test
  void idsAlways() {
    assertThat(headers(TestingRequest.post("{}")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("x-amzn-RequestId", "id-1", "x-amz-id-2", "id-2"));
  }

  @Test
  void corsIfThereIsAnOrigin() {
    assertThat(headers(TestingRequest.post("{}").with("origin", "https://a.example")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "x-amzn-RequestId", "id-1",
                "x-amz-id-2", "id-2",
                "Access-Control-Allow-Origin", "*",
                "Access-Control-Expose-Headers", EXPOSED));
  }

  @Test
  void preflightEchoesWhatIsAskedFor() {
    TestingRequest preflight =
        TestingRequest.post("").withMethod("OPTIONS").with("origin", "https://a.example");
    assertThat(headers(preflight))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "x-amzn-RequestId", "id-1",
                "Access-Control-Allow-Origin", "*",
                "Access-Control-Max-Age", "172800"));
    assertThat(
            headers(
                preflight
                    .with("access-control-request-headers", "a, b, c")
                    .with("access-control-request-method", "d")))
        .containsEntry("Access-Control-Allow-Headers", "a, b, c")
        .containsEntry("Access-Control-Allow-Methods", "d");
  }

  @Test
  void idsHaveTheServicesForm() {
    RandomGenerator random = new Random(20261121);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      RequestIds ids = RequestIds.draw(random);
      assertThat(ids.requestId())
          .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
      assertThat(Base64.getDecoder().decode(ids.extendedId())).hasSize(72);
      assertThat(seen.add(ids.requestId()) && seen.add(ids.extendedId())).isTrue();
    }
  }

  private static Map<String, String> headers(TestingRequest request) {
    return StandardHeaders.of(request.toWire(), IDS);
  }
}
