// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import dev.millrace.protocol.HeaderLookup;
import java.util.Optional;

/**
 * From where a call came.
 *
 * @param address IP address of the other end of the connection: the client or, in front of it, a
 *     proxy. Headers that proxies add are not read, since any client can send them
 * @param userAgent the header, if there is one
 * @param host the host that the client asked for
 * @param tls the connection's encryption, if it has any
 */
public record AuditSource(
    String address, Optional<String> userAgent, Optional<String> host, Optional<TlsCipher> tls) {

  /**
   * The encryption of a connection.
   *
   * @param version such as {@code TLSv1.3}
   * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
   */
  public record TlsCipher(String version, String cipherSuite) {}

  /** The source of a request with these headers. */
  public static AuditSource of(String address, Optional<TlsCipher> tls, HeaderLookup headers) {
    return new AuditSource(address, headers.first("user-agent"), headers.first("host"), tls);
  }
}
