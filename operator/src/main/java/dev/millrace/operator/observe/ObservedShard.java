// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.crds.ShardSpec;
import dev.millrace.crds.ShardStatus;
import dev.millrace.crds.ShardStatus.Phase;

/**
 * A Shard object of a stream.
 *
 * @param name its {@code metadata.name}
 * @param resourceVersion version that a change of its status replaces
 * @param spec its definition
 * @param status its state; all components are null if it has none yet
 */
public record ObservedShard(
    String name, String resourceVersion, ShardSpec spec, ShardStatus status) {

  /** Whether the gateways regard it as open. */
  public boolean isOpen() {
    return status.phase() == Phase.OPEN;
  }

  /** Whether it was ever open. An address is published when a shard opens and is never removed. */
  public boolean wasOpen() {
    return isOpen() || status.phase() == Phase.UNAVAILABLE || status.address() != null;
  }
}
