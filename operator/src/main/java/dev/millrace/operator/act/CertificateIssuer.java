// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.act.RaftIdentities.Identity;
import dev.millrace.operator.plan.ReconcileAction.IssueCertificate;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.StreamIdentity;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Issues the certificate of a stream's replicas. The key of the authority stays in a Secret of its
 * own that no pod mounts. Any thread; calls block.
 */
final class CertificateIssuer {
  private final KubernetesClient client;
  private final PatchContext apply;
  private final InstantSource time;

  /**
   * An issuer.
   *
   * @param apply how objects are written
   */
  CertificateIssuer(KubernetesClient client, PatchContext apply, InstantSource time) {
    this.client = client;
    this.apply = apply;
    this.time = time;
  }

  ActionOutcome issue(StreamIdentity stream, IssueCertificate action) {
    Optional<Secret> found =
        Optional.ofNullable(
            client
                .secrets()
                .inNamespace(stream.namespace())
                .withName(action.authority().name())
                .get());
    if (found.isEmpty()) {
      return createAuthority(stream, action.authority())
          ? issue(stream, action)
          : new ActionOutcome.Overtaken();
    }
    if (!isOwned(found.get(), stream)) {
      return new ActionOutcome.Declined(action.authority() + " does not belong to the stream");
    }
    Identity authority = identity(found.get());
    try {
      Identity issued =
          RaftIdentities.issued(authority, stream.name(), action.host(), time.instant());
      Map<String, String> data = new LinkedHashMap<>();
      data.put(StreamObjects.AUTHORITIES, authority.certificate());
      data.put(StreamObjects.CERTIFICATE, issued.certificate());
      data.put(StreamObjects.KEY, issued.key());
      client.resource(StreamObjects.secret(stream, action.secret().name(), data)).patch(apply);
      return new ActionOutcome.Succeeded();
    } catch (IllegalArgumentException e) {
      return new ActionOutcome.Declined(
          "the authority in %s cannot be used: %s".formatted(action.authority(), e.getMessage()));
    }
  }

  /** Only made, never replaced: what it has signed is trusted by pods that run. */
  private boolean createAuthority(StreamIdentity stream, ObjectKey key) {
    Identity made = RaftIdentities.authority(stream.name() + "-authority", time.instant());
    Map<String, String> data = new LinkedHashMap<>();
    data.put(StreamObjects.CERTIFICATE, made.certificate());
    data.put(StreamObjects.KEY, made.key());
    try {
      client.resource(StreamObjects.secret(stream, key.name(), data)).create();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isOwned(Secret secret, StreamIdentity stream) {
    return secret.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(stream.uid()));
  }

  private static Identity identity(Secret secret) {
    return new Identity(text(secret, StreamObjects.CERTIFICATE), text(secret, StreamObjects.KEY));
  }

  private static String text(Secret secret, String file) {
    String encoded = secret.getData() == null ? null : secret.getData().get(file);
    return encoded == null
        ? ""
        : new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
  }
}
