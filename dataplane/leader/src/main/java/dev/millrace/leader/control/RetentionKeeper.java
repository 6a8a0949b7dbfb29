// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.control;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.Retention;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import dev.millrace.leader.shard.BoundedConcurrency;
import dev.millrace.leader.shard.ShardTrimmer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Enforces the retention periods of streams, periodically and after every change of a stream:
 * raises trim horizons and drops shards whose records have all expired. Idempotent.
 *
 * @param controller brings a stream to the state of its entry before its retention is enforced
 * @param catalogue the streams
 * @param log the log of every shard
 * @param trimmer moves trim horizons
 * @param clock determines how old records are
 * @param clockIsTrusted checks the clock; called after the clock is read, so that the time that was
 *     read is known to be correct
 */
public record RetentionKeeper(
    StreamController controller,
    StreamCatalogue catalogue,
    ShardLog log,
    ShardTrimmer trimmer,
    InstantSource clock,
    BooleanSupplier clockIsTrusted)
    implements StreamController {
  private static final int CONCURRENT_STREAMS = 4;
  private static final int CONCURRENT_SHARDS = 16;

  @Override
  public CompletionStage<Void> settle(StreamName name) {
    return controller
        .settle(name)
        .thenCompose(
            done ->
                catalogue
                    .find(name)
                    .map(this::enforce)
                    .orElseGet(() -> CompletableFuture.completedStage(null)));
  }

  /**
   * Enforces the retention of all streams. Fails as {@link ShardLog#propose} does; the caller
   * repeats it later.
   */
  public CompletionStage<Void> enforceAll() {
    return BoundedConcurrency.forEach(
        catalogue.streams().values(), CONCURRENT_STREAMS, this::enforce);
  }

  private CompletionStage<Void> enforce(CatalogueEntry entry) {
    StreamDefinition stream = entry.definition();
    if (!stream.isServing()) {
      return CompletableFuture.completedStage(null);
    }
    Retention retention = new Retention(stream, clock.millis());
    if (!clockIsTrusted.getAsBoolean()) {
      return CompletableFuture.completedStage(null);
    }
    // Expired shards are removed even if another shard cannot be trimmed now.
    CompletionStage<Void> trimming =
        BoundedConcurrency.forEach(
            retention.trimmable(),
            CONCURRENT_SHARDS,
            shard -> trimmer.trim(stream.ref(shard.id()), retention.horizonMillis()));
    return trimming
        .handle((done, failure) -> removeExpired(entry, retention))
        .thenCompose(stage -> stage)
        .thenCompose(removed -> trimming);
  }

  /**
   * Removes expired shards from the stream first and drops them afterwards, since a listed shard
   * must be readable.
   */
  private CompletionStage<Void> removeExpired(CatalogueEntry entry, Retention retention) {
    Optional<StreamDefinition> remaining = retention.withoutExpired();
    if (remaining.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    StreamDefinition stream = entry.definition();
    return catalogue
        .replace(stream.name(), entry.revision(), remaining)
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Replaced
                    ? drop(stream, retention.expired())
                    : CompletableFuture.completedStage(null));
  }

  private CompletionStage<Void> drop(StreamDefinition stream, List<ShardDefinition> expired) {
    return BoundedConcurrency.forEach(
        expired.stream().filter(shard -> !shard.isVirtual()).toList(),
        CONCURRENT_SHARDS,
        shard -> log.propose(new Command.DropShard(stream.ref(shard.id()))));
  }
}
