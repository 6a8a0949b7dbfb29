// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.request;

import dev.millrace.protocol.WireRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of every answer, besides type, length and date. */
public final class StandardHeaders {
  private StandardHeaders() {}

  /**
   * The headers for the answer to one request, success or failure.
   *
   * @param ids the ids of the request
   */
  public static Map<String, String> of(WireRequest request, RequestIds ids) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-amzn-RequestId", ids.requestId());
    if (!Cors.isPreflight(request)) {
      headers.put("x-amz-id-2", ids.extendedId());
    }
    Cors.addHeaders(request, headers);
    return headers;
  }
}
