// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

/**
 * Forms a pod's Raft group: {@code PUT /admin/group}. Done again with the same ids it changes
 * nothing; with others it is refused (409), so that a disk that came back empty never stands in for
 * the one that was lost.
 *
 * @param disk the disk that is meant, as its pod reported it
 * @param group the group's id, a UUID
 */
public record GroupFormation(String disk, String group) {}
