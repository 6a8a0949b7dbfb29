// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import dev.millrace.operator.act.Certificates.CertifiedNames;
import dev.millrace.operator.act.Certificates.Identity;
import dev.millrace.operator.plan.ReconcileAction.IssueCertificate;
import dev.millrace.operator.resource.CertificateRotation;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.StreamIdentity;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import java.net.HttpURLConnection;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Issues the certificates of a stream's pods, and takes each next step of a new authority. The key
 * of an authority stays in a Secret of its own that no pod mounts. Any thread; calls block.
 */
final class CertificateIssuer {
  private final KubernetesClient client;
  private final PatchContext apply;
  private final InstallationAuthority installation;
  private final InstantSource time;

  /**
   * An issuer.
   *
   * @param apply how objects are written
   * @param installation signs what no authority of a stream's own does
   */
  CertificateIssuer(
      KubernetesClient client,
      PatchContext apply,
      InstallationAuthority installation,
      InstantSource time) {
    this.client = client;
    this.apply = apply;
    this.installation = installation;
    this.time = time;
  }

  ActionOutcome issue(StreamIdentity stream, IssueCertificate action) {
    return action.authority().isPresent()
        ? issue(stream, action, action.authority().get())
        : issue(stream, action, installation.identity(), "of the installation");
  }

  private ActionOutcome issue(StreamIdentity stream, IssueCertificate action, ObjectKey key) {
    Optional<Secret> found = secret(stream, key);
    if (found.isEmpty()) {
      return createAuthority(stream, key)
          ? issue(stream, action, key)
          : new ActionOutcome.Overtaken();
    }
    if (!isOwned(found.get(), stream)) {
      return new ActionOutcome.Declined(key + " does not belong to the stream");
    }
    Identity authority = CertificateSecrets.identity(found.get());
    try {
      if (CertificateRotation.isAuthorityDue(certificate(authority), time.instant())) {
        return replaceAuthority(stream, found.get())
            ? issue(stream, action, key)
            : new ActionOutcome.Overtaken();
      }
    } catch (IllegalArgumentException | CertificateException e) {
      return unusable("in " + key, e);
    }
    return issue(stream, action, authority, "in " + key);
  }

  /**
   * Issues it by an authority.
   *
   * @param where the authority is, for messages
   */
  private ActionOutcome issue(
      StreamIdentity stream, IssueCertificate action, Identity authority, String where) {
    Instant now = time.instant();
    try {
      Optional<Secret> current = secret(stream, action.secret());
      nextFiles(
              current,
              authority,
              stream.name(),
              new CertifiedNames(List.of(action.host()), action.identity()),
              now)
          .ifPresent(files -> write(stream, action.secret(), files, now));
      return new ActionOutcome.Succeeded();
    } catch (IllegalArgumentException | CertificateException e) {
      return unusable(where, e);
    }
  }

  private static ActionOutcome unusable(String where, Exception why) {
    return new ActionOutcome.Declined(
        "the authority %s cannot be used: %s".formatted(where, why.getMessage()));
  }

  /**
   * What the pods' Secret contains next; empty if nothing is to be done, or not yet.
   *
   * @param current what it is now, if it is there
   */
  static Optional<Map<String, String>> nextFiles(
      Optional<Secret> current, Identity authority, String name, CertifiedNames names, Instant now)
      throws CertificateException {
    X509Certificate signer = certificate(authority);
    CertificateRotation rotation = CertificateRotation.of(current.orElseGet(Secret::new));
    List<X509Certificate> both = new ArrayList<>(rotation.trusted());
    both.remove(signer);
    both.removeIf(old -> old.getNotAfter().toInstant().isBefore(now));
    both.add(signer);
    return switch (rotation.step(signer, now)) {
      case NONE -> Optional.empty();
      case TRUST -> Optional.of(files(both, CertificateSecrets.identity(current.orElseThrow())));
      case ISSUE -> Optional.of(files(both, Certificates.issued(authority, name, names, now)));
      case FORGET ->
          Optional.of(files(List.of(signer), CertificateSecrets.identity(current.orElseThrow())));
    };
  }

  private static Map<String, String> files(List<X509Certificate> trusted, Identity identity) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(StreamObjects.AUTHORITIES, Certificates.pem(trusted));
    files.put(StreamObjects.CERTIFICATE, identity.certificate());
    files.put(StreamObjects.KEY, identity.key());
    return files;
  }

  private void write(StreamIdentity stream, ObjectKey key, Map<String, String> files, Instant now) {
    client
        .resource(
            new SecretBuilder(StreamObjects.secret(stream, key.name(), files))
                .editMetadata()
                .addToAnnotations(CertificateRotation.CHANGED, now.toString())
                .endMetadata()
                .build())
        .patch(apply);
  }

  private static X509Certificate certificate(Identity identity) throws CertificateException {
    return CertificateRotation.read(identity.certificate()).stream()
        .findFirst()
        .orElseThrow(() -> new CertificateException("it has no certificate"));
  }

  private Optional<Secret> secret(StreamIdentity stream, ObjectKey key) {
    return Optional.ofNullable(
        client.secrets().inNamespace(stream.namespace()).withName(key.name()).get());
  }

  private Secret newAuthority(StreamIdentity stream, ObjectKey key) {
    Instant now = time.instant();
    // Each has a name of its own, by which those who trust two tell them apart.
    Identity made =
        Certificates.authority(
            "%s-authority-%d".formatted(stream.name(), now.getEpochSecond()), now);
    Map<String, String> data = new LinkedHashMap<>();
    data.put(StreamObjects.CERTIFICATE, made.certificate());
    data.put(StreamObjects.KEY, made.key());
    return StreamObjects.secret(stream, key.name(), data);
  }

  private boolean createAuthority(StreamIdentity stream, ObjectKey key) {
    return isWritten(() -> client.resource(newAuthority(stream, key)).create());
  }

  /** What the old one has signed is trusted until the pods have certificates of the new one. */
  private boolean replaceAuthority(StreamIdentity stream, Secret old) {
    Secret next =
        new SecretBuilder(newAuthority(stream, ObjectKey.of(old)))
            .editMetadata()
            .withResourceVersion(old.getMetadata().getResourceVersion())
            .endMetadata()
            .build();
    return isWritten(() -> client.resource(next).update());
  }

  /** False if somebody else was first. */
  private static boolean isWritten(Runnable write) {
    try {
      write.run();
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
}
