// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.stream.StreamName;
import java.util.concurrent.CompletionStage;

/**
 * Makes streams what their catalogue entries say: opens the shards of one that is CREATING, drops
 * those of one that is DELETING. Every step may be done again, by anyone, at any time.
 */
public interface StreamController {
  /**
   * Works on a stream until its entry asks for nothing more. The stage completes then, or fails as
   * {@link ShardLog#propose} does; what is left is taken up at the next start.
   */
  CompletionStage<Void> settle(StreamName name);
}
