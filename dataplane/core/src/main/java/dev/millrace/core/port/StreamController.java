// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.stream.StreamName;
import java.util.concurrent.CompletionStage;

/**
 * Brings streams to the state that their catalogue entries describe: opens the shards of a stream
 * that is CREATING, drops those of one that is DELETING. Every step is idempotent.
 */
public interface StreamController {
  /**
   * Works on a stream until its entry requires nothing more. The stage then completes, or fails as
   * {@link ShardLog#propose} does; unfinished work is resumed at the next start.
   */
  CompletionStage<Void> settle(StreamName name);
}
