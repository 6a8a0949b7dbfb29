// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

/**
 * How long a client may take for its side of a request. An idle connection is closed by a timeout
 * of its own, which a client that sends a byte now and then never reaches.
 *
 * @param headMillis from the first byte of a request's head on HTTP/1.1, or of a TLS handshake, to
 *     its last
 * @param bodyMillis from the first bytes of a request's body to the last: meanwhile they count
 *     towards what all requests hold together
 * @param answerMillis for taking an answer: meanwhile it counts towards what all answers hold
 */
public record RequestDeadlines(long headMillis, long bodyMillis, long answerMillis) {
  /**
   * A head of 32 KiB in 30 s, and 16 MiB, the largest body, in 2 minutes: 140 KB/s. An answer of 10
   * MiB has as long.
   */
  public static final RequestDeadlines DEFAULT = new RequestDeadlines(30_000, 120_000, 120_000);
}
