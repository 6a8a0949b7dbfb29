// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.limit.ShardCountLimits;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.reshard.RecentScalings;
import dev.millrace.leader.control.LogAccount;
import dev.millrace.leader.control.LogCatalogue;
import dev.millrace.leader.control.LogStreamController;
import dev.millrace.leader.control.RetentionKeeper;
import dev.millrace.leader.shard.GuardedClock;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.role.KinesisFront.OpenFront;
import dev.millrace.storage.DataFolder;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The standalone role: gateway, shards and control plane in one process, with one replica. It
 * consists of the same classes as a cluster, wired without peers.
 *
 * <p>Order of start: data folder, store, log (which replays into the store), unfinished control
 * calls, manifests, port. Order of stop: the reverse.
 */
public final class Standalone implements RunningRole {

  private final CloseableStack opened = new CloseableStack();
  private final ServerSettings settings;
  private final ShardHost shards;
  private final RetentionKeeper retention;
  private final int shardCapacity;
  private final OpenFront front;

  /**
   * Starts the role.
   *
   * @param halt called for failures after which continuing could lose a record
   * @throws IOException if it cannot start; the message is one line
   */
  public Standalone(
      ServerSettings settings,
      Vertx vertx,
      Clocks clocks,
      SecureRandom random,
      ProcessLimits limits,
      Halt halt)
      throws IOException {
    this.settings = settings;
    this.shardCapacity = limits.shardCapacity(settings.maxConnections());
    try {
      ShardLimits shardLimits = settings.limits().limits(clocks.nanos());
      DataFolder data = opened.add(DataFolder.open(settings.data()));
      HostParts parts =
          HostParts.open(opened, settings, vertx, data, clocks, random, shardLimits, halt);
      GuardedClock clock = parts.clock();
      shards = opened.add(new ShardHost(parts, data));
      Path folder = data.path();
      KinesisFront kinesis =
          new KinesisFront(settings, vertx, settings.account(), folder, clocks, random);
      CompletableFuture<SslContext> tls = kinesis.tls();
      shards.start(UUID.randomUUID());
      ShardLog log = shards.log().orElseThrow();
      LogCatalogue catalogue = new LogCatalogue(log, shards.store()::streams);
      LogStreamController settler = new LogStreamController(catalogue, log, shardLimits, clock);
      CloseableStack.done("unfinished control calls", settler.settleAll());
      CloseableStack.done("shards of no stream", settler.dropStrays(shards.store().shards()));
      retention =
          new RetentionKeeper(
              settler, catalogue, log, shards.trimmer().orElseThrow(), clock, clock::check);
      opened.add(
          new PeriodicTask(
              vertx, RoleBounds.RETENTION_INTERVAL_MILLIS, "retention", this::keepRetention));
      if (settings.manifests().isPresent()) {
        new ManifestStreams(catalogue, retention, clock, random::nextLong)
            .apply(settings.manifests().get());
      }
      LogAccount account = new LogAccount(log, shards.store()::account);
      front =
          kinesis.listen(
              opened,
              tls,
              new FrontParts(
                  catalogue,
                  shards.leader().orElseThrow(),
                  new ControlPlane.Here(
                      retention,
                      account,
                      shardCapacity,
                      stream ->
                          new ShardCountLimits(
                              settings.limits(),
                              RecentScalings.count(stream, clock.instant().getEpochSecond())),
                      parts.cipher(),
                      settings.instant()
                          ? Optional.of(new Reset(catalogue, retention, account))
                          : Optional.empty())));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The Kinesis port that was bound. */
  public int port() {
    return front.port();
  }

  /** Reads again who may sign. */
  void readUsers() throws IOException {
    if (front.users().isPresent()) {
      front.users().get().readAgain();
    }
  }

  /** Enforces the retention of all streams. */
  CompletionStage<Void> keepRetention() {
    return retention.enforceAll();
  }

  @Override
  public boolean isAlive() {
    return shards.isAlive();
  }

  @Override
  public boolean isReady() {
    return isAlive() && shards.acceptsRecords();
  }

  @Override
  public String banner() {
    return "listening on http://%s:%d (and https), data in %s, room for %d shards"
        .formatted(
            settings.host(),
            front.port(),
            settings.data().toAbsolutePath().normalize(),
            shardCapacity);
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
