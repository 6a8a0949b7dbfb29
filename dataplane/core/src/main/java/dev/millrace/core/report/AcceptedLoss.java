// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.List;

/**
 * A person has accepted that the disks of a majority of a group are lost, and the group goes on
 * from one that is left: {@code PUT /admin/loss} at its pod. Accepted (204) once that is ordered,
 * after which the pod starts again as the only member, or if it is that already. Rejected (409) for
 * another disk or group, unless the members are those that were expected, and while the pod knows a
 * leader.
 *
 * @param group the group's id, a UUID
 * @param disk the one that the group goes on from
 * @param members the disks of all members as they are expected before
 * @param lost those of them that are gone, a majority
 * @param request what the person wrote; it is kept on the disk
 */
public record AcceptedLoss(
    String group, String disk, List<String> members, List<String> lost, String request) {
  public AcceptedLoss {
    DocumentField.required("group", group);
    DocumentField.required("disk", disk);
    DocumentField.required("request", request);
    members = DocumentField.list("members", members);
    lost = DocumentField.list("lost", lost);
  }
}
