// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

/**
 * What a member of a group says of itself to the leader.
 *
 * @param hasRoom whether its disk has space for records
 * @param clockMillis what its clock says, epoch milliseconds
 */
public record MemberStanding(boolean hasRoom, long clockMillis) {}
