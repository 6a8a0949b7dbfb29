// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.List;
import java.util.Optional;

/**
 * Forms a pod's Raft group, or has its disk join one: {@code PUT /admin/group}. Idempotent with the
 * same ids; rejected (409) with others, so that an empty disk never takes the place of a lost one.
 *
 * <p>A disk that joins takes over what the other members have applied and waits until their leader
 * makes it a member ({@link MemberAdmission}). Until then it neither votes nor serves.
 *
 * @param disk the disk's id, as its pod reported it
 * @param group the group's id, a UUID
 * @param members all members, this one included; none for a group alone
 * @param joins whether the others have formed the group before
 */
public record GroupFormation(String disk, String group, List<FormedMember> members, boolean joins) {
  public GroupFormation {
    DocumentField.required("disk", disk);
    DocumentField.required("group", group);
    // An operator that knows no members sends none.
    members = Optional.ofNullable(members).map(List::copyOf).orElse(List.of());
  }

  /** Of a group alone. */
  public GroupFormation(String disk, String group) {
    this(disk, group, List.of(), false);
  }

  /** The same group, formed on another of its disks. */
  public GroupFormation on(String memberDisk) {
    return new GroupFormation(memberDisk, group, members, joins);
  }

  /**
   * A member of a group.
   *
   * @param disk the id of its disk, a UUID, which is its id in the group
   * @param raft {@code HOST:PORT} for the other members
   * @param rpc {@code HOST:PORT} of its internal port
   */
  public record FormedMember(String disk, String raft, String rpc) {
    public FormedMember {
      DocumentField.required("disk", disk);
      DocumentField.required("raft", raft);
      DocumentField.required("rpc", rpc);
    }
  }
}
