// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

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

/** Issues certificates to the members of a test. */
final class TestingAuthority {
  /** How often members look for new files. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  private static final Duration LIFETIME = Duration.ofDays(1);

  private final X500Name name;
  private final KeyPair pair = newPair();
  private final String certificate;

  TestingAuthority(String name) {
    this.name = new X500Name("CN=" + name);
    this.certificate = pem(issued(this.name, pair, true, new GeneralName[0]));
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

  private X509CertificateHolder issued(
      X500Name subject, KeyPair of, boolean isAuthority, GeneralName... hosts) {
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
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (hosts.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(hosts));
      }
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Issues a certificate for an address, into files of its own. */
  RaftCertificates issue(Path folder, String address) throws IOException {
    Files.createDirectories(folder);
    RaftCertificates files =
        new RaftCertificates(
            folder.resolve("tls.crt"),
            folder.resolve("tls.key"),
            folder.resolve("ca.crt"),
            INTERVAL);
    issueInto(files, address);
    trust(files, this);
    return files;
  }

  void issueInto(RaftCertificates files, String address) throws IOException {
    KeyPair own = newPair();
    replace(files.key(), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
    replace(
        files.certificate(),
        pem(
            issued(
                new X500Name("CN=member"),
                own,
                false,
                new GeneralName(GeneralName.iPAddress, address))));
  }

  /** Lets in the members of these authorities. */
  static void trust(RaftCertificates files, TestingAuthority... authorities) throws IOException {
    StringBuilder all = new StringBuilder();
    for (TestingAuthority authority : authorities) {
      all.append(authority.certificate);
    }
    replace(files.authorities(), all.toString());
  }

  private static void replace(Path file, String content) throws IOException {
    Path next = file.resolveSibling("." + file.getFileName() + UUID.randomUUID());
    Files.writeString(next, content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter out = new JcaPEMWriter(text)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }
}
