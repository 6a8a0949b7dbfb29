// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.core.identity.WorkloadIdentity.GatewayIdentity;
import dev.millrace.operator.act.Certificates.CertifiedNames;
import dev.millrace.operator.resource.CertificateRotation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps a certificate for internal calls in each namespace with gateways, which wait for it when
 * they start. Each of several operators does so: who writes second is refused by the API server.
 */
public final class GatewayCertificates implements AutoCloseable {
  /** The Secret. */
  public static final String SECRET = "millrace-gateway-rpc";

  /** Between two looks: somebody may have deleted the Secret. */
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final Logger LOG = Logger.getLogger(GatewayCertificates.class);

  private final KubernetesClient client;
  private final InstallationAuthority authority;
  private final InstantSource time;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gateway-certificates").factory());

  /** Does nothing yet. */
  public GatewayCertificates(
      KubernetesClient client, InstallationAuthority authority, InstantSource time) {
    this.client = client;
    this.authority = authority;
    this.time = time;
  }

  /** Begins to look after the certificates of these namespaces. */
  public void start(List<String> namespaces) {
    thread.scheduleWithFixedDelay(
        () -> namespaces.forEach(this::tryToKeep), 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tryToKeep(String namespace) {
    try {
      keep(namespace);
    } catch (CertificateException | RuntimeException e) {
      LOG.warnf("the gateways of namespace %s have no new certificate: %s", namespace, e);
    }
  }

  /** Issues the certificate of a namespace, or takes its next step, if that is due. */
  void keep(String namespace) throws CertificateException {
    Optional<Secret> current =
        Optional.ofNullable(client.secrets().inNamespace(namespace).withName(SECRET).get());
    Instant now = time.instant();
    if (current.filter(secret -> !CertificateRotation.of(secret).isDue(now)).isPresent()) {
      return;
    }
    Optional<Map<String, String>> files =
        CertificateIssuer.nextFiles(
            current,
            authority.identity(),
            "millrace-gateway",
            new CertifiedNames(List.of(), Optional.of(new GatewayIdentity(namespace))),
            now);
    if (files.isPresent()) {
      write(namespace, current, files.get(), now);
    }
  }

  private void write(
      String namespace, Optional<Secret> current, Map<String, String> files, Instant now) {
    Secret next =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(SECRET)
            .withResourceVersion(
                current.map(secret -> secret.getMetadata().getResourceVersion()).orElse(null))
            .addToAnnotations(CertificateRotation.CHANGED, now.toString())
            .endMetadata()
            .withType("Opaque")
            .withStringData(files)
            .build();
    try {
      if (current.isPresent()) {
        client.resource(next).update();
      } else {
        client.resource(next).create();
      }
      LOG.infof("the gateways of namespace %s have a new certificate", namespace);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // Another operator was first.
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
