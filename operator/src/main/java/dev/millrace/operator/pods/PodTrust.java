// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import dev.millrace.core.identity.CertifiedIdentity;
import dev.millrace.core.identity.WorkloadIdentity;
import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts shard pods by the identity in their certificates, which an authority has signed. Their
 * names do not matter: they are called at their addresses, which come and go. Any thread.
 */
public final class PodTrust extends X509ExtendedTrustManager {
  private final X509TrustManager authorities;

  private PodTrust(X509TrustManager authorities) {
    this.authorities = authorities;
  }

  /**
   * Trusts pods of an installation.
   *
   * @param authorities that sign their certificates
   */
  public static PodTrust of(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return new PodTrust(
        Stream.of(factory.getTrustManagers())
            .filter(X509TrustManager.class::isInstance)
            .map(X509TrustManager.class::cast)
            .findFirst()
            .orElseThrow());
  }

  /** Whether who has answered is a pod of a namespace. */
  static boolean isOf(String namespace, Optional<SSLSession> session) {
    try {
      return session.isPresent()
          && session.get().getPeerCertificates()[0] instanceof X509Certificate own
          && identity(own).filter(pod -> pod.namespace().equals(namespace)).isPresent();
    } catch (SSLPeerUnverifiedException e) {
      // It has no certificate.
      return false;
    }
  }

  private static Optional<ShardPodIdentity> identity(X509Certificate certificate) {
    Optional<WorkloadIdentity> identity = CertifiedIdentity.of(certificate);
    return identity.filter(ShardPodIdentity.class::isInstance).map(ShardPodIdentity.class::cast);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    authorities.checkServerTrusted(chain, kind);
    if (identity(chain[0]).isEmpty()) {
      throw new CertificateException("it is not the certificate of a shard pod");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, kind);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    throw new CertificateException("nobody calls here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, kind);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, kind);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
