// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.report.GroupFormation.FormedMember;
import java.util.List;

/**
 * Puts a disk that has joined in the place of a member whose disk is gone: {@code PUT
 * /admin/members} at the group's leader. Accepted (204) once the change has begun or if it is done;
 * the leader's report says which disks are members. Rejected (409) unless the members are those
 * that were expected, and while no majority of them, without the lost one, keeps up.
 *
 * @param group the group's id, a UUID
 * @param members the disks of all members as they are expected before the change
 * @param lost the one of them that goes
 * @param added the disk that takes its place
 */
public record MemberReplacement(
    String group, List<String> members, String lost, FormedMember added) {
  public MemberReplacement {
    members = List.copyOf(members);
  }
}
