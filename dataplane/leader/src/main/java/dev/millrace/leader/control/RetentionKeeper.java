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
 * Lets go of what is past retention, as time goes by and when a stream was changed: moves trim
 * horizons and drops shards that closed long ago. Done again at once it does nothing.
 *
 * @param settled makes a stream what its entry says, before its retention is looked at
 * @param catalogue the streams
 * @param log the log of every shard
 * @param trimmer moves trim horizons
 * @param clock tells how old records are
 * @param clockIsTrusted checks the clock; asked after it was read, so that what was read is good
 */
public record RetentionKeeper(
    StreamController settled,
    StreamCatalogue catalogue,
    ShardLog log,
    ShardTrimmer trimmer,
    InstantSource clock,
    BooleanSupplier clockIsTrusted)
    implements StreamController {
  private static final int STREAMS_AT_A_TIME = 4;
  private static final int SHARDS_AT_A_TIME = 16;

  @Override
  public CompletionStage<Void> settle(StreamName name) {
    return settled
        .settle(name)
        .thenCompose(
            done ->
                catalogue
                    .find(name)
                    .map(this::keep)
                    .orElseGet(() -> CompletableFuture.completedStage(null)));
  }

  /** Does what is due for all streams; fails as {@link ShardLog#propose} does, and is due again. */
  public CompletionStage<Void> keepAll() {
    return BoundedConcurrency.forEach(catalogue.streams().values(), STREAMS_AT_A_TIME, this::keep);
  }

  private CompletionStage<Void> keep(CatalogueEntry entry) {
    StreamDefinition stream = entry.definition();
    if (!stream.isServing()) {
      return CompletableFuture.completedStage(null);
    }
    Retention retention = new Retention(stream, clock.millis());
    if (!clockIsTrusted.getAsBoolean()) {
      return CompletableFuture.completedStage(null);
    }
    // A shard that cannot be trimmed now is no reason to keep those that are to go.
    CompletionStage<Void> trimming =
        BoundedConcurrency.forEach(
            retention.trimmable(),
            SHARDS_AT_A_TIME,
            shard -> trimmer.trim(stream.ref(shard.id()), retention.horizonMillis()));
    return trimming
        .handle((trimmed, failure) -> retire(entry, retention))
        .thenCompose(retired -> retired)
        .thenCompose(retired -> trimming);
  }

  /** The listing first: a shard that is listed can be read. */
  private CompletionStage<Void> retire(CatalogueEntry entry, Retention retention) {
    Optional<StreamDefinition> left = retention.withoutExpired();
    if (left.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    StreamDefinition stream = entry.definition();
    return catalogue
        .replace(stream.name(), entry.revision(), left)
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Replaced
                    ? drop(stream, retention.expired())
                    : CompletableFuture.completedStage(null));
  }

  private CompletionStage<Void> drop(StreamDefinition stream, List<ShardDefinition> expired) {
    return BoundedConcurrency.forEach(
        expired.stream().filter(shard -> !shard.isVirtual()).toList(),
        SHARDS_AT_A_TIME,
        shard -> log.propose(new Command.DropShard(stream.ref(shard.id()))));
  }
}
