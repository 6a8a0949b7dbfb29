// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** The certificate in the Secret of a stream's replicas. */
public final class IssuedCertificate {
  /** Long enough that people notice, and mend, an operator that cannot renew. */
  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

  private IssuedCertificate() {}

  /** Whether a certificate has to be issued in place of it: it is unreadable, or ends soon. */
  public static boolean isDue(HasMetadata secret, Instant now) {
    return expiry(secret).filter(end -> now.plus(RENEWED_BEFORE).isBefore(end)).isEmpty();
  }

  private static Optional<Instant> expiry(HasMetadata object) {
    if (!(object instanceof Secret secret)) {
      return Optional.empty();
    }
    String encoded =
        Optional.ofNullable(secret.getData()).orElse(Map.of()).get(StreamObjects.CERTIFICATE);
    try {
      return encoded == null
          ? Optional.empty()
          : Optional.of(
              ((X509Certificate)
                      CertificateFactory.getInstance("X.509")
                          .generateCertificate(
                              new ByteArrayInputStream(Base64.getDecoder().decode(encoded))))
                  .getNotAfter()
                  .toInstant());
    } catch (CertificateException | IllegalArgumentException e) {
      // Somebody has edited it.
      return Optional.empty();
    }
  }
}
