// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.identity.CertifiedIdentity;
import dev.millrace.core.identity.WorkloadIdentity;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection. That the certificate can be trusted was checked before.
 */
final class PeerCertificates {
  /** Where a session keeps what was read, so that a connection's certificate is read once. */
  private static final String KEPT = WorkloadIdentity.class.getName();

  private PeerCertificates() {}

  /**
   * Who is at the other end of a connection.
   *
   * @param session null: the connection is in clear text
   * @return empty if it has no certificate, or one that says nothing of it
   */
  static Optional<WorkloadIdentity> peer(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    if (session.getValue(KEPT) instanceof WorkloadIdentity known) {
      return Optional.of(known);
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      Optional<WorkloadIdentity> read =
          chain.length > 0 && chain[0] instanceof X509Certificate own
              ? CertifiedIdentity.of(own)
              : Optional.empty();
      read.ifPresent(identity -> session.putValue(KEPT, identity));
      return read;
    } catch (SSLPeerUnverifiedException e) {
      // It has no certificate.
      return Optional.empty();
    }
  }
}
