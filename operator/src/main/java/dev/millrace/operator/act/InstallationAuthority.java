// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.act.Certificates.Identity;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The authority that signs the certificates of internal calls: those of gateways, shard pods and
 * operators. It is in a Secret of the operators' namespace, made by the first of them that needs
 * it. It lasts ten years and is not replaced by itself. Any thread; calls block.
 */
public final class InstallationAuthority {
  /** The Secret. */
  public static final String SECRET = "millrace-authority";

  private final KubernetesClient client;
  private final String namespace;
  private final InstantSource time;
  private volatile @Nullable Identity known;

  /**
   * An authority.
   *
   * @param namespace of the Secret
   */
  public InstallationAuthority(KubernetesClient client, String namespace, InstantSource time) {
    this.client = client;
    this.namespace = namespace;
    this.time = time;
  }

  /**
   * Its certificate and key.
   *
   * @throws KubernetesClientException if the Secret can be neither read nor made
   */
  Identity identity() {
    Identity present = known;
    if (present == null) {
      present = CertificateSecrets.identity(secret());
      known = present;
    }
    return present;
  }

  private Secret secret() {
    Secret found = client.secrets().inNamespace(namespace).withName(SECRET).get();
    if (found != null) {
      return found;
    }
    try {
      return client.resource(made()).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        // Another operator was first.
        return secret();
      }
      throw e;
    }
  }

  private Secret made() {
    Instant now = time.instant();
    Identity authority =
        Certificates.authority("millrace-authority-%d".formatted(now.getEpochSecond()), now);
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(SECRET)
        .endMetadata()
        .withType("Opaque")
        .addToStringData(StreamObjects.CERTIFICATE, authority.certificate())
        .addToStringData(StreamObjects.KEY, authority.key())
        .build();
  }
}
