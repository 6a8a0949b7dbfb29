// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.crds.Api;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the pods of a stream know each other by, and what comes next for it. Replicas read their
 * Secret again at different times, so a new authority takes over in steps: it is trusted beside the
 * old one, then it signs, then the old one is forgotten. Between two steps lies the time that pods
 * have to read.
 *
 * @param trusted the authorities in the pods' Secret
 * @param certificate the one of the pods; empty if there is none that can be read, or no key
 * @param changed when the Secret was written last
 */
public record CertificateRotation(
    List<X509Certificate> trusted, Optional<X509Certificate> certificate, Instant changed) {

  /** Annotation of the pods' Secret: when it was written last, ISO 8601. */
  public static final String CHANGED = Api.GROUP + "/changed";

  /** Long enough that people notice, and mend, an operator that cannot renew. */
  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

  /** The same for an authority, which lasts ten years. */
  private static final Duration AUTHORITY_RENEWED_BEFORE = Duration.ofDays(365);

  /** Until a changed Secret has been read by all pods: minutes, unless a node is cut off. */
  static final Duration SPREAD = Duration.ofHours(1);

  /** What is done to the pods' Secret. */
  public enum RotationStep {
    /** Nothing, or nothing yet. */
    NONE,
    /** A new authority is trusted beside the others. */
    TRUST,
    /** A certificate is issued by the authority. */
    ISSUE,
    /** Other authorities are trusted no longer. */
    FORGET
  }

  public CertificateRotation {
    trusted = List.copyOf(trusted);
  }

  /** What a Secret contains; nothing if it is none, or was edited so that it cannot be read. */
  public static CertificateRotation of(HasMetadata object) {
    if (!(object instanceof Secret secret)) {
      return new CertificateRotation(List.of(), Optional.empty(), Instant.EPOCH);
    }
    Optional<String> changed =
        Optional.ofNullable(secret.getMetadata())
            .map(metadata -> metadata.getAnnotations())
            .map(annotations -> annotations.get(CHANGED));
    return new CertificateRotation(
        certificates(secret, StreamObjects.AUTHORITIES),
        certificates(secret, StreamObjects.CERTIFICATE).stream()
            .filter(any -> secret.getData().containsKey(StreamObjects.KEY))
            .findFirst(),
        changed.flatMap(CertificateRotation::instant).orElse(Instant.EPOCH));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      // Somebody has edited it.
      return Optional.empty();
    }
  }

  private static List<X509Certificate> certificates(Secret secret, String file) {
    String encoded = Optional.ofNullable(secret.getData()).orElse(Map.of()).getOrDefault(file, "");
    try {
      return read(new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII));
    } catch (CertificateException | IllegalArgumentException e) {
      // Somebody has edited it.
      return List.of();
    }
  }

  /**
   * The certificates in a PEM text. Made one by one, the JDK finds those again that it has made
   * before, and these remember whose signature they have: every pass over a stream asks.
   */
  public static List<X509Certificate> read(String pem) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    ByteArrayInputStream in =
        new ByteArrayInputStream(pem.strip().getBytes(StandardCharsets.US_ASCII));
    List<X509Certificate> certificates = new ArrayList<>();
    while (in.available() > 0) {
      certificates.add((X509Certificate) factory.generateCertificate(in));
    }
    return List.copyOf(certificates);
  }

  /** Whether an authority is replaced by a new one, which then takes over in steps. */
  public static boolean isAuthorityDue(X509Certificate authority, Instant now) {
    return endsWithin(authority, AUTHORITY_RENEWED_BEFORE, now);
  }

  /** Whether something is to be done, as far as the pods' Secret says. */
  public boolean isDue(Instant now) {
    return newest()
        .map(
            authority ->
                isAuthorityDue(authority, now) || step(authority, now) != RotationStep.NONE)
        .orElse(true);
  }

  private Optional<X509Certificate> newest() {
    return trusted.stream().max(Comparator.comparing(X509Certificate::getNotBefore));
  }

  /**
   * The next step.
   *
   * @param authority that signs
   */
  public RotationStep step(X509Certificate authority, Instant now) {
    if (certificate.filter(is -> !endsWithin(is, SPREAD.multipliedBy(2), now)).isEmpty()) {
      // Nothing that is worth keeping until all trust the authority.
      return RotationStep.ISSUE;
    }
    if (!trusted.contains(authority)) {
      return RotationStep.TRUST;
    }
    if (now.isBefore(changed.plus(SPREAD))) {
      return RotationStep.NONE;
    }
    if (!isSignedBy(authority)
        || certificate.filter(is -> endsWithin(is, RENEWED_BEFORE, now)).isPresent()) {
      return RotationStep.ISSUE;
    }
    return trusted.size() > 1 ? RotationStep.FORGET : RotationStep.NONE;
  }

  private boolean isSignedBy(X509Certificate authority) {
    try {
      certificate.orElseThrow().verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean endsWithin(X509Certificate certificate, Duration time, Instant now) {
    return !now.plus(time).isBefore(certificate.getNotAfter().toInstant());
  }
}
