// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import dev.millrace.protocol.Operation;

/**
 * What was called.
 *
 * @param service the {@code eventSource}, such as {@code kinesis.amazonaws.com}
 * @param name the {@code eventName}: the operation
 * @param data whether it is about records, so that CloudTrail counts it among data events and not
 *     among management events
 * @param readOnly whether it changes nothing
 */
public record AuditedCall(String service, String name, boolean data, boolean readOnly) {
  /** The {@code eventSource} of Kinesis. */
  public static final String KINESIS = "kinesis.amazonaws.com";

  private static final String STS = "sts.amazonaws.com";

  /** GetCallerIdentity of STS. */
  public static final AuditedCall CALLER_IDENTITY =
      new AuditedCall(STS, "GetCallerIdentity", false, true);

  /** GetSessionToken of STS. */
  public static final AuditedCall SESSION_TOKEN =
      new AuditedCall(STS, "GetSessionToken", false, true);

  /** AssumeRoleWithWebIdentity of STS. */
  public static final AuditedCall WEB_IDENTITY =
      new AuditedCall(STS, "AssumeRoleWithWebIdentity", false, true);

  /** A call that was refused and did not name an operation of Kinesis. */
  public static final AuditedCall UNKNOWN = new AuditedCall(KINESIS, "Unknown", false, false);

  /** A call of Kinesis. */
  public static AuditedCall of(Operation operation) {
    return new AuditedCall(KINESIS, operation.text(), operation.isData(), operation.isReadOnly());
  }
}
