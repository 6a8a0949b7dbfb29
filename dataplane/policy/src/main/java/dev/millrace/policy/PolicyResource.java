// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import dev.millrace.core.stream.AccountId;
import java.util.Optional;

/**
 * What a request acts on.
 *
 * @param arn the ARN of a stream, consumer, channel or queue, or {@code *} for an operation without
 *     a resource
 * @param account owns the resource; the caller's own account for {@code *}
 */
public record PolicyResource(String arn, AccountId account) {
  /** Text in place of an ARN for operations that act on no resource, such as ListStreams. */
  public static final String ALL = "*";

  /** For operations that act on no resource: policies must allow them on {@code *}. */
  public static PolicyResource all(AccountId caller) {
    return new PolicyResource(ALL, caller);
  }

  /**
   * The resource of an ARN.
   *
   * @return empty unless the ARN has six parts and an account of 12 digits
   */
  public static Optional<PolicyResource> ofArn(String arn) {
    return Arns.account(arn).map(account -> new PolicyResource(arn, account));
  }
}
