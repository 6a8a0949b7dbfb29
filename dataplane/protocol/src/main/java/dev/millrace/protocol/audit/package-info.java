// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Audit records in the shape of CloudTrail: who called what, from where, and the outcome. Values
 * in, one line of JSON out.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
@NullMarked
package dev.millrace.protocol.audit;

import org.jspecify.annotations.NullMarked;
