// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates for internal calls, as the operator does. */
final class WorkloadAuthority {
  private static final Duration LIFETIME = Duration.ofDays(1);

  private final X500Name name;
  private final KeyPair pair = newPair();

  WorkloadAuthority(String name) {
    this.name = new X500Name("CN=" + name);
  }

  private static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Issues a certificate for a SPIFFE ID into a folder as {@code MILLRACE_RPC_TLS} wants it. */
  Path issue(Path folder, String id) throws IOException {
    Files.createDirectories(folder);
    KeyPair own = newPair();
    replace(folder.resolve("tls.key"), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
    replace(
        folder.resolve("tls.crt"),
        pem(
            signed(
                new X500Name("CN=workload"),
                own,
                new GeneralName(GeneralName.uniformResourceIdentifier, id))));
    trust(folder, this);
    return folder;
  }

  /** Lets in whom these authorities have issued certificates for. */
  static void trust(Path folder, WorkloadAuthority... authorities) throws IOException {
    StringBuilder all = new StringBuilder();
    for (WorkloadAuthority authority : authorities) {
      all.append(pem(authority.signed(authority.name, authority.pair)));
    }
    replace(folder.resolve("ca.crt"), all.toString());
  }

  private X509CertificateHolder signed(X500Name subject, KeyPair of, GeneralName... names) {
    Instant now = Instant.now();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(64, new SecureRandom()),
              Date.from(now.minus(LIFETIME)),
              Date.from(now.plus(LIFETIME)),
              subject,
              of.getPublic());
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(names.length == 0));
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void replace(Path file, String content) throws IOException {
    Path next = file.resolveSibling("." + file.getFileName() + UUID.randomUUID());
    Files.writeString(next, content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter out = new JcaPEMWriter(text)) {
      out.writeObject(object);
    }
    return text.toString();
  }
}
