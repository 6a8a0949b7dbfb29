// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The shards that the operator assigned to a shard pod. The assignment is stored beside the log, so
 * that a restart does not depend on the operator.
 */
final class HostedShards {
  private static final int TRIMS_AT_A_TIME = 16;

  private final ShardHost host;
  private final SwitchedLimits limits;
  private final GuardedClock clock;
  private final Path file;
  private volatile @Nullable PodAssignment assignment;

  HostedShards(ShardHost host, SwitchedLimits limits, GuardedClock clock) throws IOException {
    this.host = host;
    this.limits = limits;
    this.clock = clock;
    this.file = host.folder().path().resolve("assignment.json");
    if (Files.exists(file)) {
      PodAssignment kept = new JsonObject(Files.readString(file)).mapTo(PodAssignment.class);
      limits.profile(profile(kept));
      assignment = kept;
    }
  }

  /** The last assignment. */
  Optional<PodAssignment> assignment() {
    return Optional.ofNullable(assignment);
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
    PodAssignment assigned = assignment;
    if (assigned == null) {
      return false;
    }
    StreamId stream = streamId(assigned);
    return assigned.shards().stream()
        .allMatch(
            shard ->
                host.store().state(new ShardRef(stream, shardId(shard.shardId()))).isPresent());
  }

  /** The published generation of the stream's shards, as far as this pod knows; 0 at first. */
  long generation() {
    PodAssignment assigned = assignment;
    return assigned == null ? 0 : assigned.generation();
  }

  /** Trims records that are past retention, unless the clock is not trusted. */
  CompletionStage<Void> trimExpired() {
    PodAssignment assigned = assignment;
    Optional<ShardTrimmer> trimmer = host.trimmer();
    if (assigned == null || trimmer.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    long horizonMillis = clock.millis() - TimeUnit.HOURS.toMillis(assigned.retentionPeriodHours());
    if (!clock.check()) {
      return CompletableFuture.completedStage(null);
    }
    StreamId stream = streamId(assigned);
    return BoundedConcurrency.forEach(
        host.store().shards().stream().filter(shard -> shard.stream().equals(stream)).toList(),
        TRIMS_AT_A_TIME,
        shard -> trimmer.get().trim(shard, horizonMillis));
  }

  /**
   * Opens the shards that are not open yet, applies the settings and stores the assignment. Blocks.
   */
  AdminResult assign(PodAssignment wanted) throws IOException {
    PodAssignment was = assignment;
    if (was != null && !was.streamId().equals(wanted.streamId())) {
      return new AdminResult.Contradiction(
          "this pod hosts stream %s, not %s".formatted(was.streamId(), wanted.streamId()));
    }
    LimitsProfile profile;
    List<Command.OpenShard> commands = new ArrayList<>();
    try {
      StreamId stream = streamId(wanted);
      profile = profile(wanted);
      for (AssignedShard shard : wanted.shards()) {
        commands.add(command(stream, shard));
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
    limits.profile(profile);
    assignment = wanted;
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

  private static Command.OpenShard command(StreamId stream, AssignedShard shard) {
    return new Command.OpenShard(
        new ShardRef(stream, shardId(shard.shardId())),
        new HashKeyRange(
            hashKey("startingHashKey", shard.startingHashKey()),
            hashKey("endingHashKey", shard.endingHashKey())),
        shard.parentShardIds().stream().map(HostedShards::shardId).toList(),
        shard.creationSecond());
  }

  private static StreamId streamId(PodAssignment assignment) {
    return StreamId.parse(assignment.streamId())
        .orElseThrow(() -> invalid("streamId", "16 hexadecimal digits", assignment.streamId()));
  }

  private static ShardId shardId(String text) {
    return ShardId.parse(text).orElseThrow(() -> invalid("shardId", "shardId-NNNNNNNNNNNN", text));
  }

  private static HashKey hashKey(String field, String text) {
    return HashKey.parse(text).orElseThrow(() -> invalid(field, "from 0 to 2^128-1", text));
  }

  private static LimitsProfile profile(PodAssignment assignment) {
    try {
      return LimitsProfile.valueOf(assignment.limits().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw invalid("limits", "aws or none", assignment.limits());
    }
  }

  private static IllegalArgumentException invalid(String field, String expected, String found) {
    return new IllegalArgumentException(
        "%s must be %s, found '%s'".formatted(field, expected, found));
  }
}
