// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's issuer of service accounts' tokens, as the API server publishes it. Asked again now
 * and then, since its keys change; any thread may ask.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery">Service
 *     account issuer discovery</a>
 */
public final class ServiceAccountIssuer {
  /** The audience of tokens for STS; those for the API server are not taken. */
  public static final String AUDIENCE = "sts.amazonaws.com";

  /** Between two questions. A cluster publishes a new key some time before it signs with it. */
  public static final Duration INTERVAL = Duration.ofMinutes(10);

  private static final Logger LOG = Logger.getLogger(ServiceAccountIssuer.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final KubernetesClient client;
  private volatile @Nullable Answer last;

  private record Answer(Optional<TokenIssuer> issuer, Instant at) {}

  public ServiceAccountIssuer(KubernetesClient client) {
    this.client = client;
  }

  /** The issuer; empty if the API server does not publish it, or not to the operator. */
  public Optional<TokenIssuer> find(Instant now) {
    Answer answer = last;
    if (answer == null || !now.isBefore(answer.at().plus(INTERVAL))) {
      answer = new Answer(ask(), now);
      last = answer;
    }
    return answer.issuer();
  }

  private Optional<TokenIssuer> ask() {
    try {
      String configuration = client.raw("/.well-known/openid-configuration");
      String keys = client.raw("/openid/v1/jwks");
      if (configuration == null || keys == null) {
        return Optional.empty();
      }
      String issuer = JSON.readTree(configuration).path("issuer").asText();
      return issuer.isEmpty()
          ? Optional.empty()
          : Optional.of(new TokenIssuer(issuer, AUDIENCE, keys));
    } catch (KubernetesClientException | JsonProcessingException e) {
      LOG.warnf(
          "the issuer of service accounts' tokens is unknown, so none are accepted: %s",
          e.getMessage());
      return Optional.empty();
    }
  }
}
