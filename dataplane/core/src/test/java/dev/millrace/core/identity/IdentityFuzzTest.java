// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.fuzz.DecoderFuzz;
import dev.millrace.core.identity.WorkloadIdentity.GatewayIdentity;
import dev.millrace.core.identity.WorkloadIdentity.OperatorIdentity;
import dev.millrace.core.identity.WorkloadIdentity.ShardPodIdentity;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** SPIFFE IDs: a text names nobody, or exactly the one whose ID it is. */
final class IdentityFuzzTest extends DecoderFuzz {
  @Override
  protected List<byte[]> seeds() {
    return utf8(
        new OperatorIdentity().uri(),
        new GatewayIdentity("team-a").uri(),
        new ShardPodIdentity("team-a", "orders").uri());
  }

  @Override
  protected List<byte[]> dictionary() {
    return utf8(
        "/", "..", "/../", "%2f", "%2e", "#", "?", "@", "spiffe://", "/ns/", "/gateway", "\n");
  }

  @Override
  protected void decode(byte[] input) {
    String text = new String(input, UTF_8);
    Optional<WorkloadIdentity> identity = WorkloadIdentity.parse(text);
    identity.ifPresent(found -> assertThat(found.uri()).isEqualTo(text));
  }

  @Override
  protected Set<Class<? extends Exception>> declared() {
    return Set.of();
  }
}
