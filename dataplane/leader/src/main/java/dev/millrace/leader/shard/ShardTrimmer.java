// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.shard;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.ShardReader;
import dev.millrace.core.stream.ShardRef;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Raises the trim horizons of shards by proposing commands.
 *
 * @param log the log of the shards
 * @param reader finds the first record to keep
 * @param reads runs that lookup, since it blocks on the disk
 */
public record ShardTrimmer(ShardLog log, ShardReader reader, ReadPool reads) {

  /** Trims the records that arrived before a time, if there are any. */
  public CompletionStage<Outcome> trim(ShardRef shard, long horizonMillis) {
    return reads
        .run(() -> newHorizon(shard, horizonMillis))
        .thenCompose(
            position ->
                position
                    .map(at -> log.propose(new Command.TrimShard(shard, at)))
                    .orElseGet(() -> CompletableFuture.completedStage(new Outcome.Done())));
  }

  private Optional<Long> newHorizon(ShardRef shard, long horizonMillis) {
    return reader
        .state(shard)
        .flatMap(
            state ->
                reader
                    .firstAtOrAfter(shard, horizonMillis)
                    .filter(position -> state.holdsRecordsBelow(position)));
  }
}
