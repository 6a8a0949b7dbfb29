// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.identity.CertifiedIdentity;
import dev.millrace.core.identity.WorkloadIdentity;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates of callers: they name one workload, or nobody. */
final class CertificateFuzzTest extends DecoderFuzz {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000L);
  private static final String GATEWAY = new WorkloadIdentity.GatewayIdentity("team-a").uri();
  private static final String POD = new WorkloadIdentity.ShardPodIdentity("team-a", "orders").uri();

  @Override
  protected List<byte[]> seeds() {
    return List.of(
        certificate(GATEWAY), certificate(POD), certificate(GATEWAY, POD), certificate());
  }

  private static byte[] certificate(String... uris) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=authority"),
              BigInteger.ONE,
              Date.from(NOW),
              Date.from(NOW.plusSeconds(3600)),
              new X500Principal("CN=a"),
              pair.getPublic());
      List<GeneralName> names = new ArrayList<>();
      names.add(new GeneralName(GeneralName.dNSName, "a.example"));
      for (String uri : uris) {
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
      }
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
      return builder
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
          .toASN1Structure()
          .getEncoded("DER");
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8("spiffe://millrace.dev/operator", "/../", "/gateway", "/stream/", "\u0000");
  }

  @Override
  protected void decode(byte[] input) throws CertificateException {
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(input));
    CertifiedIdentity.of(certificate)
        .ifPresent(found -> assertThat(WorkloadIdentity.parse(found.uri())).contains(found));
  }

  /** The JDK's, for what is no certificate. */
  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of(CertificateException.class, java.security.cert.CertificateParsingException.class);
  }
}
