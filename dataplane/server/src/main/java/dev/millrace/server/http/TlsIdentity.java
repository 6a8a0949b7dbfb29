// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.http;

import dev.millrace.storage.DataFolder;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.EncodedKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/**
 * The certificate and key of the port, as PEM files.
 *
 * @param certificate the certificate chain, the server's own first
 * @param key PKCS#8
 */
public record TlsIdentity(Path certificate, Path key) {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*)-----END PRIVATE KEY-----", Pattern.DOTALL);
  private static final Duration LIFETIME = Duration.ofDays(3650);
  private static final Duration CLOCK_SLACK = Duration.ofDays(1);

  /**
   * The self-signed identity of a data folder, for localhost. It is created at the first start and
   * kept, so that a client which trusts {@code tls/certificate.pem} also does after a restart.
   *
   * @throws IOException if the files cannot be written
   */
  public static TlsIdentity selfSigned(Path dataFolder, Instant now, SecureRandom random)
      throws IOException {
    Path folder = dataFolder.resolve("tls");
    TlsIdentity identity =
        new TlsIdentity(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    if (!Files.exists(identity.certificate)) {
      Files.createDirectories(folder);
      identity.generate(now, random);
    }
    return identity;
  }

  private void generate(Instant now, SecureRandom random) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=localhost,O=Millrace standalone");
      GeneralNames hosts =
          new GeneralNames(
              new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.dNSName, "*.localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")
              });
      X509CertificateHolder holder =
          new JcaX509v3CertificateBuilder(
                  name,
                  new BigInteger(127, random),
                  Date.from(now.minus(CLOCK_SLACK)),
                  Date.from(now.plus(LIFETIME)),
                  name,
                  pair.getPublic())
              .addExtension(Extension.subjectAlternativeName, false, hosts)
              // Clients are given this certificate as the authority to trust.
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      // The key first, so that a certificate never exists without its key.
      DataFolder.writeDurably(key, pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
      DataFolder.writeDurably(certificate, pem(holder));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot create a self-signed certificate:  " + e.getMessage(), e);
    }
  }

  private static byte[] pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter out = new JcaPEMWriter(text)) {
      out.writeObject(object);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The context for handshakes: HTTP/2 or HTTP/1.1 for clients that negotiate by ALPN, no protocol
   * for those that do not.
   *
   * @throws IOException if the files are missing or do not contain a certificate and a key
   */
  public SslContext context() throws IOException {
    try {
      return SslContextBuilder.forServer(privateKey(), certificates())
          .sslProvider(SslProvider.JDK)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (IllegalArgumentException | GeneralSecurityException | IOException e) {
      throw new IOException(
          "TLS certificate " + certificate + " and key " + key + " cannot be used: " + e, e);
    }
  }

  // Read by the JDK: given the files, Netty would load Bouncy Castle's whole provider at each
  // start.

  private List<X509Certificate> certificates() throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(certificate)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  private PrivateKey privateKey() throws IOException, GeneralSecurityException {
    Matcher pem = PKCS8.matcher(Files.readString(key));
    if (!pem.find()) {
      throw new IOException(
          "the key file must contain a PKCS#8 key, '-----BEGIN PRIVATE KEY-----'");
    }
    EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        // Not a key of this algorithm; the next is tried.
      }
    }
    return KeyFactory.getInstance("EdDSA").generatePrivate(encoded);
  }
}
