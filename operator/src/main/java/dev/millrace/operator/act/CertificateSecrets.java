// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.act.Certificates.Identity;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Secrets that hold a certificate and its key. */
final class CertificateSecrets {
  private CertificateSecrets() {}

  /** What a Secret holds; empty texts for files that are not there. */
  static Identity identity(Secret secret) {
    return new Identity(text(secret, StreamObjects.CERTIFICATE), text(secret, StreamObjects.KEY));
  }

  private static String text(Secret secret, String file) {
    String encoded = secret.getData() == null ? null : secret.getData().get(file);
    return encoded == null
        ? ""
        : new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
  }
}
