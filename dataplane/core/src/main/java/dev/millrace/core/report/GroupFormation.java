// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

/**
 * Forms a pod's Raft group: {@code PUT /admin/group}. Idempotent with the same ids; rejected (409)
 * with others, so that an empty disk never takes the place of a lost one.
 *
 * @param disk the disk's id, as its pod reported it
 * @param group the group's id, a UUID
 */
public record GroupFormation(String disk, String group) {}
