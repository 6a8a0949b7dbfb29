// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that decides whether a request is allowed.
 *
 * @param principal who makes the request
 * @param identityPolicies those of the principal, of kind {@link PolicyKind#IDENTITY}
 * @param action what the request does
 * @param resource what it acts on
 * @param resourcePolicy the policy of the resource, of kind {@link PolicyKind#RESOURCE}
 * @param context what else conditions may ask
 */
public record AccessRequest(
    PolicyPrincipal principal,
    List<PolicyDocument> identityPolicies,
    PolicyAction action,
    PolicyResource resource,
    Optional<PolicyDocument> resourcePolicy,
    RequestContext context) {

  public AccessRequest {
    identityPolicies = List.copyOf(identityPolicies);
    for (PolicyDocument policy : identityPolicies) {
      requireKind(policy, PolicyKind.IDENTITY);
    }
    if (resourcePolicy.isPresent()) {
      requireKind(resourcePolicy.get(), PolicyKind.RESOURCE);
    }
  }

  private static void requireKind(PolicyDocument policy, PolicyKind expected) {
    if (policy.kind() != expected) {
      throw new IllegalArgumentException(
          "expected a policy that is "
              + expected.text()
              + ", found one that is "
              + policy.kind().text());
    }
  }

  /** Whether the principal and the resource belong to one account. */
  boolean isWithinAccount() {
    return principal.account().equals(resource.account());
  }

  /** The value of a key, or null if the request has none. A key with several values has none. */
  @Nullable String value(ContextKey key) {
    return switch (key) {
      case ContextKey.Named named -> value(named);
      case ContextKey.ResourceTag(String tag) -> context.resourceTag(tag);
      case ContextKey.RequestTag(String tag) -> context.requestTag(tag);
      case ContextKey.Unknown() -> null;
    };
  }

  private @Nullable String value(ContextKey.Named key) {
    return switch (key) {
      case CURRENT_TIME -> {
        Instant time = context.time();
        yield time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
      }
      case EPOCH_TIME -> {
        Instant time = context.time();
        yield time == null ? null : Long.toString(time.getEpochSecond());
      }
      case PRINCIPAL_ACCOUNT -> principal.account().text();
      case PRINCIPAL_ARN -> principal.identityArn();
      case PRINCIPAL_TYPE -> principal.type().text();
      case REQUESTED_REGION -> context.requestedRegion();
      case RESOURCE_ACCOUNT -> resource.account().text();
      case SECURE_TRANSPORT -> {
        Boolean secure = context.secureTransport();
        yield secure == null ? null : secure.toString();
      }
      case SOURCE_IP -> context.sourceIpText();
      case TAG_KEYS -> null;
      case USER_AGENT -> context.userAgent();
      case USER_ID -> principal.userId();
      case USERNAME -> principal.username().orElse(null);
    };
  }
}
