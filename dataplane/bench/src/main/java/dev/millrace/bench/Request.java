// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.nio.charset.StandardCharsets;

/**
 * A prepared request.
 *
 * @param target the {@code X-Amz-Target} header
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent") // Created once, sent often, never compared.
record Request(String target, byte[] body) {
  static final String CONTENT_TYPE = "application/x-amz-json-1.1";

  static Request of(String operation, String body) {
    return new Request("Kinesis_20131202." + operation, body.getBytes(StandardCharsets.US_ASCII));
  }
}
