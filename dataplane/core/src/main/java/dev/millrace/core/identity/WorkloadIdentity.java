// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.identity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a process of an installation is, as its certificate for internal calls says it: a SPIFFE ID,
 * which is the URI among the names of the certificate.
 *
 * @see <a href="https://spiffe.io/docs/latest/spiffe-specs/spiffe-id/">SPIFFE-ID</a>
 */
public sealed interface WorkloadIdentity {
  /** The trust domain of the IDs. Installations differ in their authorities, not in this. */
  String TRUST_DOMAIN = "millrace.dev";

  /** An operator. */
  record OperatorIdentity() implements WorkloadIdentity {
    @Override
    public String path() {
      return "/operator";
    }
  }

  /**
   * A gateway.
   *
   * @param namespace whose streams it serves
   */
  record GatewayIdentity(String namespace) implements WorkloadIdentity {
    public GatewayIdentity {
      requireName("namespace", namespace);
    }

    @Override
    public String path() {
      return "/ns/" + namespace + "/gateway";
    }
  }

  /**
   * A shard pod.
   *
   * @param namespace of its stream
   * @param stream the common prefix of the names of the stream's objects, which no other stream of
   *     the namespace has
   */
  record ShardPodIdentity(String namespace, String stream) implements WorkloadIdentity {
    public ShardPodIdentity {
      requireName("namespace", namespace);
      requireName("stream", stream);
    }

    @Override
    public String path() {
      return "/ns/" + namespace + "/stream/" + stream;
    }
  }

  /** The part of the ID behind the trust domain. */
  String path();

  /** The SPIFFE ID. */
  default String uri() {
    return "spiffe://" + TRUST_DOMAIN + path();
  }

  /** Reads a SPIFFE ID; empty if it is none of ours. */
  static Optional<WorkloadIdentity> parse(String uri) {
    String domain = "spiffe://" + TRUST_DOMAIN;
    if (!uri.startsWith(domain)) {
      return Optional.empty();
    }
    Matcher path = IdentityPaths.KNOWN.matcher(uri.substring(domain.length()));
    if (!path.matches()) {
      return Optional.empty();
    }
    String namespace = path.group("namespace");
    String stream = path.group("stream");
    return Optional.of(
        namespace == null
            ? new OperatorIdentity()
            : stream == null
                ? new GatewayIdentity(namespace)
                : new ShardPodIdentity(namespace, stream));
  }

  private static void requireName(String what, String found) {
    if (!IdentityPaths.NAME.matcher(found).matches()) {
      throw new IllegalArgumentException(
          "%s must be a name as Kubernetes has them, %s, found '%s'"
              .formatted(what, IdentityPaths.NAME, found));
    }
  }

  /** How IDs are written. */
  final class IdentityPaths {
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile(LABEL);
    private static final Pattern KNOWN =
        Pattern.compile(
            "/operator|/ns/(?<namespace>%s)/(?:gateway|stream/(?<stream>%s))"
                .formatted(LABEL, LABEL));

    private IdentityPaths() {}
  }
}
