// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodAssignment.AssignedStream;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.leader.shard.BoundedConcurrency;
import dev.millrace.leader.shard.GuardedClock;
import dev.millrace.leader.shard.ShardTrimmer;
import dev.millrace.leader.shard.SwitchedLimits;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.storage.DataFolder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shards that the operator assigned to a shard pod. The assignment is stored beside the log, so
 * that a restart does not depend on the operator.
 */
final class HostedShards {
  private static final int TRIMS_AT_A_TIME = 16;

  /** Earlier builds had another format in assignment.json. */
  static final String FILE = "assignments.json";

  private final ShardHost host;
  private final SwitchedLimits limits;
  private final GuardedClock clock;
  private final Path file;
  private volatile @Nullable PodAssignment assignment;

  HostedShards(ShardHost host, SwitchedLimits limits, GuardedClock clock) throws IOException {
    this.host = host;
    this.limits = limits;
    this.clock = clock;
    this.file = host.folder().path().resolve(FILE);
    if (Files.exists(file)) {
      accept(new JsonObject(Files.readString(file)).mapTo(PodAssignment.class));
    }
  }

  private void accept(PodAssignment accepted) {
    accepted.streams().forEach(stream -> limits.profile(stream.id(), stream.profile()));
    assignment = accepted;
  }

  /** The last assignment. */
  Optional<PodAssignment> assignment() {
    return Optional.ofNullable(assignment);
  }

  private List<AssignedStream> streams() {
    return assignment().map(PodAssignment::streams).orElse(List.of());
  }

  /** The shards that were opened in this pod, by an assignment or by a reshard. */
  List<HostedShard> shards() {
    return host.store().shards().stream()
        .sorted(Comparator.comparing(ShardRef::toString))
        .flatMap(ref -> host.store().state(ref).stream())
        .map(HostedShards::hosted)
        .toList();
  }

  private static HostedShard hosted(ShardState state) {
    return new HostedShard(
        state.shard().stream().toString(),
        state.shard().shard().toString(),
        state.nextPosition(),
        state.creationSecond(),
        state.closeSecond().orElse(null),
        state.isEmpty());
  }

  /** Whether there is an assignment and all of its shards are open. */
  boolean allOpen() {
    return assignment().isPresent()
        && streams().stream()
            .flatMap(HostedShards::opened)
            .allMatch(shard -> host.store().state(shard.shard()).isPresent());
  }

  private static Stream<Command.OpenShard> opened(AssignedStream stream) {
    return stream.shards().stream()
        .map(AssignedShard::opened)
        .map(
            shard ->
                new Command.OpenShard(
                    new ShardRef(stream.id(), shard.id()),
                    shard.range(),
                    shard.parents(),
                    shard.creationSecond()));
  }

  /** Trims records that are past retention, where the group is led and the clock is trusted. */
  CompletionStage<Void> trimExpired() {
    if (!host.leads()) {
      return CompletableFuture.completedStage(null);
    }
    Map<StreamId, Long> horizons = new HashMap<>();
    long now = clock.millis();
    streams()
        .forEach(
            stream ->
                horizons.put(
                    stream.id(), now - TimeUnit.HOURS.toMillis(stream.retentionPeriodHours())));
    Optional<ShardTrimmer> trimmer = host.trimmer();
    if (horizons.isEmpty() || trimmer.isEmpty() || !clock.check() || !host.agreesOnTime()) {
      return CompletableFuture.completedStage(null);
    }
    return BoundedConcurrency.forEach(
        host.store().shards().stream()
            .filter(shard -> horizons.containsKey(shard.stream()))
            .toList(),
        TRIMS_AT_A_TIME,
        shard ->
            trimmer
                .get()
                .trim(shard, Optional.ofNullable(horizons.get(shard.stream())).orElseThrow()));
  }

  /**
   * Opens the shards that are not open yet, applies the settings and stores the assignment. Blocks.
   */
  AdminResult assign(PodAssignment wanted) throws IOException {
    Optional<AssignedStream> missing =
        streams().stream().filter(stream -> wanted.stream(stream.streamId()).isEmpty()).findFirst();
    if (missing.isPresent()) {
      return new AdminResult.Contradiction(
          "this pod hosts stream %s, which is not assigned".formatted(missing.get().streamId()));
    }
    List<Command.OpenShard> commands = new ArrayList<>();
    try {
      for (AssignedStream stream : wanted.streams()) {
        stream.profile();
        opened(stream).forEach(commands::add);
      }
    } catch (IllegalArgumentException e) {
      return new AdminResult.BadDocument(String.valueOf(e.getMessage()));
    }
    Optional<ShardLog> log = host.log();
    if (log.isEmpty()) {
      return new AdminResult.Unavailable("no group is formed here yet");
    }
    for (Command.OpenShard command : commands) {
      Optional<String> failure = open(log.get(), command);
      if (failure.isPresent()) {
        return new AdminResult.Unavailable(
            "shard %s: %s".formatted(command.shard(), failure.get()));
      }
    }
    DataFolder.writeDurably(file, JsonObject.mapFrom(wanted).toBuffer().getBytes());
    accept(wanted);
    return new AdminResult.Accomplished();
  }

  /** Opens a shard; returns why it could not be opened. */
  private Optional<String> open(ShardLog log, Command.OpenShard command) {
    if (host.store().state(command.shard()).isPresent()) {
      return Optional.empty();
    }
    try {
      Outcome outcome = log.propose(command).toCompletableFuture().join();
      return outcome instanceof Outcome.Done ? Optional.empty() : Optional.of(outcome.toString());
    } catch (CompletionException e) {
      return Optional.of(String.valueOf(e.getCause()));
    }
  }
}
