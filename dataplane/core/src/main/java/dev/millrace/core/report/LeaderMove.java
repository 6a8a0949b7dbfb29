// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

/**
 * Has another member of a group lead it: {@code PUT /admin/leader}, sent to its leader.
 *
 * @param group UUID of the group
 * @param to UUID of the disk of the member that is to lead
 */
public record LeaderMove(String group, String to) {}
