// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.status;

import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.stream.AccountId;
import dev.millrace.crds.Condition;
import dev.millrace.crds.StreamUser;
import dev.millrace.crds.StreamUserStatus;
import dev.millrace.operator.plan.ConditionState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Builds the status of users. */
public final class UserStatuses {
  private static final String READY = "Ready";

  private UserStatuses() {}

  /**
   * The status that a user should have, if it has another one.
   *
   * @param secret the name of its Secret
   * @param given the key in it
   */
  public static Optional<StreamUserStatus> change(
      StreamUser user,
      String secret,
      Optional<ListedKey> given,
      ConditionState ready,
      Instant now) {
    String name = user.getMetadata().getName();
    AccountId account = AccountId.ofNamespace(user.getMetadata().getNamespace());
    String prefix = "arn:aws:iam::" + account + ":";
    StreamUserStatus next =
        new StreamUserStatus(
            user.getMetadata().getGeneration(),
            prefix + "user/" + name,
            prefix + "role/" + name,
            given.map(key -> secret).orElse(null),
            given.map(ListedKey::id).orElse(null),
            given.map(ListedKey::generation).orElse(null),
            List.of(condition(user, ready, now)));
    return next.equals(user.getStatus()) ? Optional.empty() : Optional.of(next);
  }

  private static Condition condition(StreamUser user, ConditionState ready, Instant now) {
    String status = ready.holds() ? "True" : "False";
    String since =
        Optional.ofNullable(user.getStatus())
            .map(StreamUserStatus::conditions)
            .orElse(List.of())
            .stream()
            .filter(condition -> condition.type().equals(READY))
            .filter(condition -> condition.status().equals(status))
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new Condition(
        READY, status, user.getMetadata().getGeneration(), since, ready.reason(), ready.message());
  }
}
