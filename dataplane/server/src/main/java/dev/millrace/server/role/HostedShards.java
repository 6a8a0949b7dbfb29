package dev.millrace.server.role;

import dev.millrace.core.apply.ShardState;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.report.PodAssignment.AssignedShard;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.shard.HashKey;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.server.config.ServerSettings.Limits;
import dev.millrace.server.routing.AFewAtATime;
import dev.millrace.server.routing.ShardTrimmer;
import dev.millrace.server.rpc.PodAdmin.Refused;
import dev.millrace.storage.DataFolder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a shard pod was told to host, kept beside its log so that a restart needs nobody to say it
 * again.
 */
final class HostedShards {
  private static final int TRIMS_AT_A_TIME = 16;
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;

  private final ShardHost host;
  private final SwitchedLimits limits;
  private final InstantSource clock;
  private final Path file;
  private volatile @Nullable PodAssignment assignment;

  HostedShards(ShardHost host, SwitchedLimits limits, InstantSource clock) throws IOException {
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

  /** What was assigned last. */
  Optional<PodAssignment> assignment() {
    return Optional.ofNullable(assignment);
  }

  /** The assigned shards that are open here. */
  List<HostedShard> shards() {
    PodAssignment assigned = assignment;
    if (assigned == null) {
      return List.of();
    }
    StreamId stream = streamId(assigned);
    List<HostedShard> open = new ArrayList<>();
    for (AssignedShard shard : assigned.shards()) {
      host.store()
          .state(new ShardRef(stream, shardId(shard.shardId())))
          .map(ShardState::nextPosition)
          .ifPresent(next -> open.add(new HostedShard(assigned.streamId(), shard.shardId(), next)));
    }
    return open;
  }

  /** Whether something is assigned and all of it is open. */
  boolean allOpen() {
    PodAssignment assigned = assignment;
    return assigned != null && shards().size() == assigned.shards().size();
  }

  /** Trims what is past retention. */
  CompletionStage<Void> keep() {
    PodAssignment assigned = assignment;
    Optional<ShardTrimmer> trimmer = host.trimmer();
    if (assigned == null || trimmer.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    StreamId stream = streamId(assigned);
    long horizonMillis = clock.millis() - TimeUnit.HOURS.toMillis(assigned.retentionPeriodHours());
    return AFewAtATime.forEach(
        assigned.shards(),
        TRIMS_AT_A_TIME,
        shard -> trimmer.get().trim(new ShardRef(stream, shardId(shard.shardId())), horizonMillis));
  }

  /**
   * Opens what is not open yet, takes the settings and keeps all of it. Blocks.
   *
   * @throws Refused when it makes no sense, or not here
   */
  void assign(PodAssignment wanted) throws IOException {
    PodAssignment was = assignment;
    if (was != null && !was.streamId().equals(wanted.streamId())) {
      throw new Refused(
          CONFLICT,
          "this pod hosts stream %s, not %s".formatted(was.streamId(), wanted.streamId()));
    }
    StreamId stream = streamId(wanted);
    Limits profile = profile(wanted);
    List<Command.OpenShard> commands = new ArrayList<>();
    for (AssignedShard shard : wanted.shards()) {
      commands.add(command(stream, shard));
    }
    ShardLog log =
        host.log().orElseThrow(() -> new Refused(UNAVAILABLE, "no group is formed here yet"));
    for (Command.OpenShard command : commands) {
      open(log, command);
    }
    DataFolder.writeDurably(file, JsonObject.mapFrom(wanted).toBuffer().getBytes());
    limits.profile(profile);
    assignment = wanted;
  }

  private void open(ShardLog log, Command.OpenShard command) {
    if (host.store().state(command.shard()).isPresent()) {
      return;
    }
    try {
      Outcome outcome = log.propose(command).toCompletableFuture().join();
      if (!(outcome instanceof Outcome.Done)) {
        throw new Refused(UNAVAILABLE, "shard %s: %s".formatted(command.shard(), outcome));
      }
    } catch (CompletionException e) {
      throw new Refused(
          UNAVAILABLE, "shard %s: %s".formatted(command.shard(), String.valueOf(e.getCause())));
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
        .orElseThrow(
            () ->
                new Refused(
                    BAD_REQUEST,
                    "streamId must be 16 hexadecimal digits, found '%s'"
                        .formatted(assignment.streamId())));
  }

  private static ShardId shardId(String text) {
    return ShardId.parse(text)
        .orElseThrow(
            () ->
                new Refused(
                    BAD_REQUEST, "shardId must be shardId-NNNNNNNNNNNN, found '" + text + "'"));
  }

  private static HashKey hashKey(String field, String text) {
    return HashKey.parse(text)
        .orElseThrow(
            () ->
                new Refused(
                    BAD_REQUEST,
                    "%s must be from 0 to 2^128-1, found '%s'".formatted(field, text)));
  }

  private static Limits profile(PodAssignment assignment) {
    try {
      return Limits.valueOf(assignment.limits().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new Refused(
          BAD_REQUEST, "limits must be aws or none, found '" + assignment.limits() + "'");
    }
  }
}
