// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads who somebody is from a certificate. Whether that can be trusted is for others to check.
 *
 * @see <a href="https://spiffe.io/docs/latest/spiffe-specs/x509-svid/">X.509-SVID</a>, by which a
 *     certificate has exactly one URI
 */
public final class CertifiedIdentity {
  /** RFC 5280, 4.2.1.6: the kind of an alternative name that is a URI. */
  private static final int URI_NAME = 6;

  private CertifiedIdentity() {}

  /** Whom a certificate was issued for; empty unless that is exactly one. */
  public static Optional<WorkloadIdentity> of(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> uris =
          Objects.requireNonNullElse(names, List.<List<?>>of()).stream()
              .filter(name -> name.getFirst() instanceof Integer kind && kind == URI_NAME)
              .map(name -> String.valueOf(name.getLast()))
              .toList();
      return uris.size() == 1 ? WorkloadIdentity.parse(uris.getFirst()) : Optional.empty();
    } catch (CertificateParsingException e) {
      // What cannot be read names nobody.
      return Optional.empty();
    }
  }
}
