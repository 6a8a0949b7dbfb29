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
 * Moves the trim horizons of shards, by commands like any other.
 *
 * @param log the log of the shards
 * @param reader tells which record is the first that is kept
 * @param reads where that is looked up, since it waits for the disk
 */
public record ShardTrimmer(ShardLog log, ShardReader reader, ReadPool reads) {

  /** Trims what arrived before a time; does nothing when that is nothing. */
  public CompletionStage<Outcome> trim(ShardRef shard, long horizonMillis) {
    return reads
        .run(() -> due(shard, horizonMillis))
        .thenCompose(
            position ->
                position
                    .map(at -> log.propose(new Command.TrimShard(shard, at)))
                    .orElseGet(() -> CompletableFuture.completedStage(new Outcome.Done())));
  }

  private Optional<Long> due(ShardRef shard, long horizonMillis) {
    return reader
        .state(shard)
        .flatMap(
            state ->
                reader
                    .firstAtOrAfter(shard, horizonMillis)
                    .filter(position -> state.holdsRecordsBelow(position)));
  }
}
