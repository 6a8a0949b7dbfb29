// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import dev.millrace.core.report.GroupFormation.FormedMember;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a disk that has joined a member, in the place of one whose disk is gone or as one more:
 * {@code PUT /admin/members} at the group's leader. Accepted (204) once the change has begun or if
 * it is done; the leader's report says which disks are members. Rejected (409) unless the members
 * are those that were expected, and while no majority of them, without the lost one, keeps up.
 *
 * @param group the group's id, a UUID
 * @param members the disks of all members as they are expected before the change
 * @param lost the one of them that goes; null if none does, since the group has fewer members than
 *     replicas after a loss was accepted
 * @param added the disk that becomes a member
 */
public record MemberAdmission(
    String group, List<String> members, @Nullable String lost, FormedMember added) {
  public MemberAdmission {
    DocumentField.required("group", group);
    DocumentField.required("added", added);
    members = DocumentField.list("members", members);
  }

  /** The one that goes, if one does. */
  public Optional<String> goes() {
    return Optional.ofNullable(lost);
  }
}
