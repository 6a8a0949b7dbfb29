// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

/**
 * Has another member lead a group: {@code PUT /admin/leader} at the pod that leads it. Accepted
 * (204) once it leads, also if it did before. Rejected (409) for another group, where another
 * member leads, and unless the member keeps up; 503 if it does not come to lead in time.
 *
 * @param group the group's id, a UUID
 * @param to the disk of the member that is to lead, a UUID
 */
public record LeaderMove(String group, String to) {
  public LeaderMove {
    DocumentField.required("group", group);
    DocumentField.required("to", to);
  }
}
