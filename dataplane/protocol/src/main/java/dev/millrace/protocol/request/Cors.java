// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.protocol.Blob;
import dev.millrace.protocol.WireRequest;
import dev.millrace.protocol.answer.WireAnswer;
import java.util.Map;
import java.util.Optional;

/**
 * Cross-origin requests: any origin may call, since callers are authenticated by signature, not by
 * cookie.
 */
final class Cors {
  private static final String MAX_AGE_SECONDS = "172800";
  private static final String EXPOSED =
      "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date";

  private Cors() {}

  static boolean isPreflight(WireRequest request) {
    return request.method().equals("OPTIONS") && hasOrigin(request);
  }

  static WireAnswer preflightAnswer() {
    return new WireAnswer(200, Optional.empty(), Blob.EMPTY);
  }

  /** Adds the CORS headers, if the request has an {@code Origin}. */
  static void addHeaders(WireRequest request, Map<String, String> headers) {
    if (!hasOrigin(request)) {
      return;
    }
    headers.put("Access-Control-Allow-Origin", "*");
    if (isPreflight(request)) {
      request
          .headers()
          .first("access-control-request-headers")
          .ifPresent(asked -> headers.put("Access-Control-Allow-Headers", asked));
      request
          .headers()
          .first("access-control-request-method")
          .ifPresent(asked -> headers.put("Access-Control-Allow-Methods", asked));
      headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
    } else {
      headers.put("Access-Control-Expose-Headers", EXPOSED);
    }
  }

  private static boolean hasOrigin(WireRequest request) {
    return request.headers().first("origin").isPresent();
  }
}
