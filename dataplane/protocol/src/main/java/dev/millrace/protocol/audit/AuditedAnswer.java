// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import java.util.Optional;

/**
 * A call that needed no action, since its signature was refused or it is GetCallerIdentity.
 *
 * @param call what was called
 * @param caller who called
 * @param failure why it was refused; absent if it succeeded
 */
public record AuditedAnswer(AuditedCall call, AuditCaller caller, Optional<AuditFailure> failure) {}
