// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A Secret with a certificate, which only says how long it lasts, and its authority. */
final class TestingCertificate {
  private static final X500Name AUTHORITY = new X500Name("CN=authority");
  private static final KeyPair AUTHORITY_KEY = newPair();
  private static final String AUTHORITY_CERTIFICATE =
      signed(
          AUTHORITY, AUTHORITY_KEY, Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(100 * 365)));

  private TestingCertificate() {}

  static Secret secret(String host, Instant now, Duration lifetime) {
    return new SecretBuilder()
        .addToData(
            "tls.crt", signed(new X500Name("CN=" + host), newPair(), now, now.plus(lifetime)))
        .addToData("tls.key", "")
        .addToData("ca.crt", AUTHORITY_CERTIFICATE)
        .build();
  }

  private static KeyPair newPair() {
    try {
      return KeyPairGenerator.getInstance("EC").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signed(X500Name name, KeyPair pair, Instant from, Instant end) {
    try {
      byte[] encoded =
          new JcaX509v3CertificateBuilder(
                  AUTHORITY,
                  BigInteger.ONE,
                  Date.from(from),
                  Date.from(end),
                  name,
                  pair.getPublic())
              .build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(AUTHORITY_KEY.getPrivate()))
              .getEncoded();
      String pem =
          "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
              .formatted(Base64.getMimeEncoder().encodeToString(encoded));
      return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
