// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.account;

import dev.millrace.core.stream.AccountSettings;
import dev.millrace.protocol.answer.WireWriter;
import java.time.Instant;

/** Writes the members that describe account settings. */
final class AccountMembers {
  private AccountMembers() {}

  static void write(WireWriter out, AccountSettings settings, Instant now) {
    out.startStructure("MinimumThroughputBillingCommitment");
    out.text("Status", settings.status(now).name());
    settings.startedAt().ifPresent(at -> out.timestamp("StartedAt", at.toEpochMilli()));
    settings
        .endsAt()
        .filter(end -> !end.isAfter(now))
        .ifPresent(at -> out.timestamp("EndedAt", at.toEpochMilli()));
    settings
        .earliestAllowedEnd()
        .ifPresent(at -> out.timestamp("EarliestAllowedEndAt", at.toEpochMilli()));
    out.end();
  }
}
