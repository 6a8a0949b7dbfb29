// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operator.act.Certificates.CertifiedNames;
import dev.millrace.operator.act.Certificates.Identity;
import dev.millrace.operator.resource.CertificateRotation;
import dev.millrace.operator.resource.StreamObjects;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Whatever an operator does to the Secret of a stream's replicas, pods that have read it and pods
 * that have not read it for an hour trust each other.
 */
class CertificateRotationTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final CertifiedNames HOST =
      new CertifiedNames(List.of("*.orders.shop.svc"), Optional.empty());

  private Instant now = Instant.parse("2026-11-30T00:00:00Z");
  private Identity authority = Certificates.authority("first", now);
  private Optional<Secret> secret = Optional.empty();

  /** What the Secret was, with the time at which it was replaced by the next. */
  private final Map<Instant, Secret> replaced = new HashMap<>();

  /** One pass of an operator. */
  private boolean pass() throws CertificateException {
    if (secret.isPresent() && !CertificateRotation.of(secret.get()).isDue(now)) {
      return false;
    }
    Optional<Map<String, String>> next =
        CertificateIssuer.nextFiles(secret, authority, "orders", HOST, now);
    next.ifPresent(
        files -> {
          secret.ifPresent(old -> replaced.put(now, old));
          secret = Optional.of(secret(files));
        });
    assertAllTrustEachOther();
    return next.isPresent();
  }

  private Secret secret(Map<String, String> files) {
    Map<String, String> data = new HashMap<>();
    files.forEach(
        (file, text) ->
            data.put(
                file,
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII))));
    return new SecretBuilder()
        .withNewMetadata()
        .addToAnnotations(CertificateRotation.CHANGED, now.toString())
        .endMetadata()
        .withData(data)
        .build();
  }

  private void assertAllTrustEachOther() {
    List<Secret> inUse = new ArrayList<>(secret.stream().toList());
    replaced.forEach(
        (at, old) -> {
          // Pods keep what they had before one that they cannot read.
          if (at.plus(HOUR).isAfter(now) && isReadable(old)) {
            inUse.add(old);
          }
        });
    for (Secret one : inUse) {
      X509Certificate certificate = CertificateRotation.of(one).certificate().orElseThrow();
      assertThat(inUse)
          .allSatisfy(
              other ->
                  assertThat(CertificateRotation.of(other).trusted())
                      .anyMatch(trusted -> isSigned(certificate, trusted)));
      assertThat(certificate.getNotAfter()).isAfter(now);
    }
  }

  private static boolean isReadable(Secret secret) {
    return CertificateRotation.of(secret).certificate().isPresent();
  }

  private static boolean isSigned(X509Certificate certificate, X509Certificate by) {
    try {
      certificate.verify(by.getPublicKey());
      return true;
    } catch (java.security.GeneralSecurityException e) {
      return false;
    }
  }

  private CertificateRotation found() {
    return CertificateRotation.of(secret.orElseThrow());
  }

  private void passFor(Duration time) throws CertificateException {
    Instant end = now.plus(time);
    Duration pause = time.toDays() > 0 ? HOUR : Duration.ofMinutes(10);
    while (now.isBefore(end)) {
      now = now.plus(pause);
      pass();
    }
  }

  @Test
  void aCertificateIsIssuedOnceAndRenewedWithAMonthToSpare() throws Exception {
    assertThat(pass()).isTrue();
    assertThat(pass()).isFalse();
    X509Certificate first = found().certificate().orElseThrow();
    passFor(Duration.ofDays(59));
    assertThat(found().certificate()).contains(first);
    passFor(Duration.ofDays(2));
    assertThat(found().certificate()).isPresent().get().isNotEqualTo(first);
    assertThat(found().trusted()).hasSize(1);
  }

  @Test
  void aNewAuthorityIsTrustedBeforeItSignsAndTheOldOneUntilAllHaveCertificatesOfTheNew()
      throws Exception {
    pass();
    passFor(Duration.ofHours(5));
    X509Certificate first = found().certificate().orElseThrow();
    authority = Certificates.authority("second", now);
    // The planner sees only the pods' Secret: an authority that is gone shows at the next renewal.
    passFor(Duration.ofDays(60).minusHours(6));
    passFor(Duration.ofMinutes(70));
    assertThat(found().trusted()).as("after the renewal that was due").hasSize(2);
    assertThat(found().certificate()).contains(first);
    passFor(Duration.ofMinutes(70));
    assertThat(found().certificate()).isPresent().get().isNotEqualTo(first);
    assertThat(found().trusted()).hasSize(2);
    passFor(Duration.ofMinutes(70));
    assertThat(found().trusted())
        .singleElement()
        .satisfies(only -> found().certificate().orElseThrow().verify(only.getPublicKey()));
    assertThat(pass()).isFalse();
  }

  @Test
  void anAuthorityIsDueAYearBeforeItEnds() throws Exception {
    pass();
    X509Certificate only = found().trusted().getFirst();
    assertThat(CertificateRotation.isAuthorityDue(only, now.plus(Duration.ofDays(3_284))))
        .isFalse();
    assertThat(CertificateRotation.isAuthorityDue(only, now.plus(Duration.ofDays(3_286)))).isTrue();
  }

  @Test
  void aSecretThatWasEditedSoThatItCannotBeReadIsIssuedAgain() throws Exception {
    pass();
    secret.orElseThrow().getData().put(StreamObjects.CERTIFICATE, "bm9uc2Vuc2U=");
    replaced.clear();
    assertThat(pass()).isTrue();
    assertThat(found().certificate()).isPresent();
  }

  @Test
  void aSecretThatHasLostItsKeyIsIssuedAgain() throws Exception {
    pass();
    secret.orElseThrow().getData().remove(StreamObjects.KEY);
    replaced.clear();
    assertThat(pass()).isTrue();
    assertThat(secret.orElseThrow().getData()).containsKey(StreamObjects.KEY);
  }
}
