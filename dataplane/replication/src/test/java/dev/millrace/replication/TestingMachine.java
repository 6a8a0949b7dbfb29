// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardStore;
import java.nio.file.Path;

/** A state machine that is driven by the test, without a group. */
final class TestingMachine {
  private TestingMachine() {}

  static ShardStateMachine of(ShardStore store, Path logFolder, Halt halt) {
    StoreFlusher flusher = new StoreFlusher(TestingBounds.small(), store, halt);
    return new ShardStateMachine(
        store, flusher, new SegmentNames(logFolder, logFolder), needed -> {}, 0, halt);
  }
}
