// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.core.identity.WorkloadIdentity;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes authorities and the certificates that they sign. Any thread. */
final class Certificates {
  private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3_650);
  private static final Duration LIFETIME = Duration.ofDays(90);

  /** How far the clocks of two nodes may differ. */
  private static final Duration CLOCK_SLACK = Duration.ofHours(1);

  /** RFC 5280 allows 20. */
  private static final int SERIAL_BYTES = 16;

  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";

  private Certificates() {}

  /**
   * A certificate and its key.
   *
   * @param certificate PEM
   * @param key PEM, PKCS#8
   */
  record Identity(String certificate, String key) {}

  /**
   * What a certificate is good for.
   *
   * @param hosts names of hosts; may begin with {@code *.}
   * @param identity who has it, in internal calls
   */
  record CertifiedNames(List<String> hosts, Optional<WorkloadIdentity> identity) {
    CertifiedNames {
      hosts = List.copyOf(hosts);
    }

    private GeneralNames generalNames() {
      return new GeneralNames(
          Stream.concat(
                  hosts.stream().map(host -> new GeneralName(GeneralName.dNSName, host)),
                  identity.stream()
                      .map(
                          who -> new GeneralName(GeneralName.uniformResourceIdentifier, who.uri())))
              .toArray(GeneralName[]::new));
    }
  }

  /** A new authority. */
  static Identity authority(String name, Instant now) {
    KeyPair pair = newPair();
    X500Name subject = new X500Name("CN=" + name);
    return new Identity(
        pem(
            signed(
                subject,
                subject,
                pair.getPublic(),
                pair.getPrivate(),
                now,
                AUTHORITY_LIFETIME,
                new BasicConstraints(0),
                new GeneralNames(new GeneralName[0]))),
        pem(pkcs8(pair)));
  }

  /**
   * A new certificate with a new key.
   *
   * @param authority that signs it
   * @param names that it is good for
   * @throws IllegalArgumentException if the authority cannot be read
   */
  static Identity issued(Identity authority, String name, CertifiedNames names, Instant now) {
    try (PEMParser certificate = new PEMParser(new StringReader(authority.certificate()));
        PEMParser key = new PEMParser(new StringReader(authority.key()))) {
      if (!(certificate.readObject() instanceof X509CertificateHolder issuer)
          || !(key.readObject() instanceof PrivateKeyInfo signer)) {
        throw new IllegalArgumentException("it is not a certificate and a PKCS#8 key");
      }
      KeyPair pair = newPair();
      return new Identity(
          pem(
              signed(
                  issuer.getSubject(),
                  new X500Name("CN=" + name),
                  pair.getPublic(),
                  new JcaPEMKeyConverter().getPrivateKey(signer),
                  now,
                  LIFETIME,
                  new BasicConstraints(false),
                  names.generalNames())),
          pem(pkcs8(pair)));
    } catch (IOException e) {
      throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The key of a certificate.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  static PrivateKey privateKey(Identity identity) {
    try (PEMParser key = new PEMParser(new StringReader(identity.key()))) {
      if (!(key.readObject() instanceof PrivateKeyInfo info)) {
        throw new IllegalArgumentException("it is not a PKCS#8 key");
      }
      return new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (IOException e) {
      throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
    }
  }

  /** Certificates in one PEM text. */
  static String pem(List<X509Certificate> certificates) {
    return certificates.stream().map(Certificates::pem).collect(Collectors.joining());
  }

  private static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + CURVE, e);
    }
  }

  private static X509CertificateHolder signed(
      X500Name issuer,
      X500Name subject,
      PublicKey key,
      PrivateKey signer,
      Instant now,
      Duration lifetime,
      BasicConstraints constraints,
      GeneralNames hosts) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              serial(key),
              Date.from(now.minus(CLOCK_SLACK)),
              Date.from(now.plus(lifetime)),
              subject,
              key);
      builder.addExtension(Extension.basicConstraints, true, constraints);
      if (hosts.getNames().length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, hosts);
      }
      return builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("a certificate cannot be made: " + e.getMessage(), e);
    }
  }

  /** A digest of the key, which is used once, as RFC 5280 has it for key identifiers. */
  private static BigInteger serial(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return new BigInteger(1, Arrays.copyOf(digest, SERIAL_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static JcaPKCS8Generator pkcs8(KeyPair pair) {
    try {
      return new JcaPKCS8Generator(pair.getPrivate(), null);
    } catch (IOException e) {
      throw new IllegalStateException("a key that we made has no encoding", e);
    }
  }

  private static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter out = new JcaPEMWriter(text)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
    return text.toString();
  }
}
