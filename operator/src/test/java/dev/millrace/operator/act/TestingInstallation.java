// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.core.identity.WorkloadIdentity;
import dev.millrace.operator.act.Certificates.CertifiedNames;
import dev.millrace.operator.act.Certificates.Identity;
import dev.millrace.operator.resource.CertificateRotation;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The authority of an installation, and what its parts prove themselves by. */
public final class TestingInstallation {
  private final Identity authority = Certificates.authority("installation", Instant.now());

  /** What an operator calls with. */
  public Supplier<SSLContext> operator() {
    return new OperatorTls(() -> authority, InstantSource.system());
  }

  /** What a server with an identity listens with; it trusts this installation only. */
  public SSLContext server(WorkloadIdentity identity) throws Exception {
    Identity own =
        Certificates.issued(
            authority,
            "server",
            new CertifiedNames(List.of("elsewhere.example"), Optional.of(identity)),
            Instant.now());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own",
        Certificates.privateKey(own),
        new char[0],
        CertificateRotation.read(own.certificate()).toArray(Certificate[]::new));
    store.setCertificateEntry(
        "authority", CertificateRotation.read(authority.certificate()).getFirst());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
