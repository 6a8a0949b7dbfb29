// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.ConsumerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A change of one consumer of a stream. */
sealed interface ConsumerChange {
  /** A consumer is registered. */
  record Register(ConsumerDefinition consumer) implements ConsumerChange {}

  /** A consumer is deregistered. */
  record Deregister(ConsumerDefinition consumer) implements ConsumerChange {}

  /** Tags or policy of a consumer change. */
  record Redescribe(ConsumerDefinition before, ConsumerDefinition after)
      implements ConsumerChange {}

  /** What has to be done so that the consumers of a stream become those that are wanted. */
  static List<ConsumerChange> between(
      Map<String, ConsumerDefinition> before, Map<String, ConsumerDefinition> after) {
    List<ConsumerChange> changes = new ArrayList<>();
    after.forEach(
        (name, wanted) -> {
          ConsumerDefinition found = before.get(name);
          if (found == null) {
            changes.add(new Register(wanted));
          } else if (wanted.status() == ConsumerStatus.DELETING) {
            changes.add(new Deregister(found));
          } else if (!wanted.tags().equals(found.tags())
              || !wanted.policy().equals(found.policy())) {
            changes.add(new Redescribe(found, wanted));
          }
        });
    before.forEach(
        (name, found) -> {
          if (!after.containsKey(name)) {
            changes.add(new Deregister(found));
          }
        });
    return changes;
  }
}
