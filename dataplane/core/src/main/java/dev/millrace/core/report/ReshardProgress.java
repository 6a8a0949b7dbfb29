// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.report;

import java.util.List;
import java.util.Map;

/**
 * What a group has done of a reshard: the answer to {@link ReshardStep}.
 *
 * @param sealed when its closing shards were sealed, epoch seconds by shard id
 * @param open its new shards that are open
 */
public record ReshardProgress(Map<String, Long> sealed, List<String> open) {
  public ReshardProgress {
    sealed = Map.copyOf(sealed);
    open = List.copyOf(open);
  }
}
