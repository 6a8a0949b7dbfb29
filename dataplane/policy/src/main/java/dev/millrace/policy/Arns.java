// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import dev.millrace.core.stream.AccountId;
import java.util.Optional;

/** The six parts of an ARN: {@code arn:partition:service:region:account:resource}. */
final class Arns {
  static final int PARTS = 6;

  private Arns() {}

  /** Splits at the first five colons; an array of six, or shorter if the text has fewer colons. */
  static String[] split(String arn) {
    return arn.split(":", PARTS);
  }

  static Optional<AccountId> account(String arn) {
    String[] parts = split(arn);
    return parts.length == PARTS && parts[0].equals("arn") && isAccount(parts[4])
        ? Optional.of(new AccountId(parts[4]))
        : Optional.empty();
  }

  static boolean isAccount(String text) {
    return text.length() == 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
