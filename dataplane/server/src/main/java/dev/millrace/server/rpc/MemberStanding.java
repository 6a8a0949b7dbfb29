// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.command.FeatureLevel;

/**
 * What a member of a group says of itself to the leader.
 *
 * @param hasRoom whether its disk has space for records
 * @param clockMillis what its clock says, epoch milliseconds
 * @param level what its build can read of the log
 */
public record MemberStanding(boolean hasRoom, long clockMillis, FeatureLevel level) {}
