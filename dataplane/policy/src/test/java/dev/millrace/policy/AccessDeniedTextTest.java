// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Refusals have the service's words. */
class AccessDeniedTextTest {
  private static final AccessRequest REQUEST =
      new AccessRequest(
          PolicyPrincipal.ofArn("arn:aws:iam::111111111111:user/alice", "AIDA").orElseThrow(),
          List.of(),
          KinesisAction.PUT_RECORD.action(),
          PolicyResource.ofArn("arn:aws:kinesis:eu-west-1:111111111111:stream/orders")
              .orElseThrow(),
          Optional.empty(),
          RequestContext.empty());

  private static final String SUBJECT =
      "User: arn:aws:iam::111111111111:user/alice is not authorized to perform: kinesis:PutRecord"
          + " on resource: arn:aws:kinesis:eu-west-1:111111111111:stream/orders";

  @Test
  void theFourReasons() {
    assertThat(AccessDeniedText.of(REQUEST, new Decision.ImplicitDeny(PolicyKind.IDENTITY)))
        .contains(
            SUBJECT + " because no identity-based policy allows the kinesis:PutRecord action");
    assertThat(AccessDeniedText.of(REQUEST, new Decision.ImplicitDeny(PolicyKind.RESOURCE)))
        .contains(
            SUBJECT + " because no resource-based policy allows the kinesis:PutRecord action");
    assertThat(AccessDeniedText.of(REQUEST, new Decision.ExplicitDeny(PolicyKind.IDENTITY)))
        .contains(SUBJECT + " with an explicit deny in an identity-based policy");
    assertThat(AccessDeniedText.of(REQUEST, new Decision.ExplicitDeny(PolicyKind.RESOURCE)))
        .contains(SUBJECT + " with an explicit deny in a resource-based policy");
  }

  @Test
  void nothingForWhatIsAllowed() {
    assertThat(AccessDeniedText.of(REQUEST, Decision.ALLOWED)).isEmpty();
  }
}
