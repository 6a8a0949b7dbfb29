// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.core.identity.WorkloadIdentity.OperatorIdentity;
import dev.millrace.operator.act.Certificates.CertifiedNames;
import dev.millrace.operator.act.Certificates.Identity;
import dev.millrace.operator.pods.PodTrust;
import dev.millrace.operator.resource.CertificateRotation;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * By what an operator proves itself to shard pods: a certificate that it issues to itself, with a
 * key that never leaves the process. Any thread; calls block while one is issued.
 */
public final class OperatorTls implements Supplier<SSLContext> {
  /** A third of what a certificate lasts. */
  private static final Duration RENEWED_AFTER = Duration.ofDays(30);

  private final Supplier<Identity> authority;
  private final InstantSource time;
  private @Nullable SSLContext context;
  private Instant issued = Instant.MIN;

  /** Issues nothing yet. */
  public OperatorTls(InstallationAuthority authority, InstantSource time) {
    this(authority::identity, time);
  }

  OperatorTls(Supplier<Identity> authority, InstantSource time) {
    this.authority = authority;
    this.time = time;
  }

  /**
   * What calls are made with now: the same one until it is renewed.
   *
   * @throws IllegalStateException if the authority cannot be used
   */
  @Override
  public synchronized SSLContext get() {
    SSLContext present = context;
    Instant now = time.instant();
    if (present == null || now.isAfter(issued.plus(RENEWED_AFTER))) {
      present = issued(now);
      context = present;
      issued = now;
    }
    return present;
  }

  private SSLContext issued(Instant now) {
    Identity signer = authority.get();
    try {
      Identity own =
          Certificates.issued(
              signer,
              "millrace-operator",
              new CertifiedNames(List.of(), Optional.of(new OperatorIdentity())),
              now);
      List<X509Certificate> trusted = CertificateRotation.read(signer.certificate());
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "operator",
          Certificates.privateKey(own),
          new char[0],
          CertificateRotation.read(own.certificate()).toArray(Certificate[]::new));
      KeyManagerFactory manager =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      manager.init(keys, new char[0]);
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(manager.getKeyManagers(), new TrustManager[] {PodTrust.of(trusted)}, null);
      return made;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "the authority of the installation cannot be used: " + e.getMessage(), e);
    }
  }
}
