// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.control;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamPlanner;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Executes the plans of {@link StreamPlanner} through one log. Standalone uses it in place of the
 * operator.
 *
 * @param catalogue the streams
 * @param log the log of every shard
 * @param limits its counts of dropped shards are removed
 * @param clock stamps the sealing of shards
 */
public record LogStreamController(
    StreamCatalogue catalogue, ShardLog log, ShardLimits limits, InstantSource clock)
    implements StreamController {

  private static final Logger LOG = Logger.getLogger(LogStreamController.class);

  /**
   * Resumes the work that was unfinished when the process stopped. Completes normally even if some
   * of it cannot be done now (a full disk), since the existing streams must be served anyway.
   */
  public CompletionStage<Void> settleAll() {
    return CompletableFuture.allOf(
        catalogue.streams().keySet().stream()
            .map(name -> settle(name).exceptionally(logged -> null).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /**
   * Drops shards that belong to no stream: the process stopped after they were removed from their
   * stream and before they were dropped.
   */
  public CompletionStage<Void> dropStrays(Collection<ShardRef> held) {
    Set<ShardRef> owned = new HashSet<>();
    for (CatalogueEntry entry : catalogue.streams().values()) {
      StreamDefinition stream = entry.definition();
      stream.shards().forEach(shard -> owned.add(stream.ref(shard.id())));
    }
    return CompletableFuture.allOf(
        held.stream()
            .filter(shard -> !owned.contains(shard))
            .map(shard -> propose(new Command.DropShard(shard)))
            .toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public CompletionStage<Void> settle(StreamName name) {
    return reconcile(name)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warnf(
                    "work on stream %s is resumed at the next start: %s", name, failure.toString());
              }
            });
  }

  private CompletionStage<Void> reconcile(StreamName name) {
    Optional<CatalogueEntry> entry = catalogue.find(name);
    Optional<StreamPlanner.Plan> plan =
        entry.map(CatalogueEntry::definition).flatMap(StreamPlanner::plan);
    if (plan.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    List<CompletableFuture<Outcome>> shards = new ArrayList<>();
    Map<ShardId, Long> sealed = new ConcurrentHashMap<>();
    StreamDefinition stream = entry.get().definition();
    for (ShardId shard : plan.get().seal()) {
      shards.add(
          propose(new Command.SealShard(stream.ref(shard), clock.instant().getEpochSecond()))
              .thenApply(outcome -> recordSealed(stream, shard, outcome, sealed)));
    }
    for (ShardDefinition shard : plan.get().open()) {
      shards.add(
          propose(
              new Command.OpenShard(
                  stream.ref(shard.id()), shard.range(), shard.parents(), shard.creationSecond())));
    }
    for (ShardDefinition shard : plan.get().drop()) {
      limits.forget(stream.ref(shard.id()));
      shards.add(propose(new Command.DropShard(stream.ref(shard.id()))));
    }
    // On a conflict another caller has changed the stream: plan again from its new entry.
    return CompletableFuture.allOf(shards.toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            done ->
                catalogue.replace(name, entry.get().revision(), plan.get().after().apply(sealed)))
        .thenCompose(outcome -> reconcile(name));
  }

  private static Outcome recordSealed(
      StreamDefinition stream, ShardId shard, Outcome outcome, Map<ShardId, Long> sealed) {
    if (!(outcome instanceof Outcome.Sealed closed)) {
      throw new IllegalStateException(
          "sealing shard %s must return Sealed, its log returned %s"
              .formatted(stream.ref(shard), outcome));
    }
    sealed.put(shard, closed.closeSecond());
    return outcome;
  }

  private CompletableFuture<Outcome> propose(Command command) {
    return log.propose(command).toCompletableFuture();
  }
}
