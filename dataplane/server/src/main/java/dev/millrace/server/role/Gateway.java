// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.stream.AccountId;
import dev.millrace.kubernetes.ClusterStreams;
import dev.millrace.leader.session.PatientLeader;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.rpc.RemoteLeader;
import dev.millrace.storage.DataFolder;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The gateway role: a stateless front that serves the Kinesis API for the streams of one namespace.
 * Its catalogue is the custom resources; records are in the shard pods. Its data folder may be lost
 * at any time.
 */
public final class Gateway implements RunningRole {

  private final CloseableStack opened = new CloseableStack();
  private final ServerSettings settings;
  private final ClusterStreams streams;
  private final int port;

  /**
   * Starts the gateway; returns when it has read all streams and listens.
   *
   * @throws IOException if it cannot start; the message is one line
   */
  public Gateway(ServerSettings settings, Vertx vertx, Clocks clocks, SecureRandom random)
      throws IOException {
    this.settings = settings;
    String namespace = settings.namespace().orElseThrow();
    try {
      DataFolder folder = opened.add(DataFolder.open(settings.data()));
      KinesisFront front =
          new KinesisFront(
              settings,
              vertx,
              AccountId.ofNamespace(namespace).text(),
              folder.path(),
              clocks,
              random);
      CompletableFuture<SslContext> tls = front.tls();
      streams = opened.add(new ClusterStreams(namespace, settings.region(), clocks.wall(), random));
      ReadPool reads = opened.add(new ReadPool(RoleBounds.READ_THREADS, RoleBounds.WAITING_READS));
      RemoteLeader leader =
          opened.add(
              new RemoteLeader(
                  vertx,
                  streams::routes,
                  reads,
                  clocks.nanos(),
                  InternalCertificates.of(opened, settings, vertx)));
      port =
          front
              .listen(
                  opened,
                  tls,
                  new FrontParts(
                      streams,
                      new PatientLeader(leader, FrontActions::later, clocks.nanos()),
                      new ControlPlane.Here(
                          // The operator does the work that the custom resources require.
                          name -> CompletableFuture.completedStage(null),
                          streams.account(),
                          Integer.MAX_VALUE,
                          stream -> streams.shardCountLimits(stream.name()),
                          MasterKeyAccess.open(opened, settings, clocks.nanos(), random),
                          Optional.empty())))
              .port();
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The Kinesis port that was bound. */
  public int port() {
    return port;
  }

  @Override
  public boolean isAlive() {
    return true;
  }

  /** Whether the streams are being watched; otherwise the map of shards becomes stale. */
  @Override
  public boolean isReady() {
    return streams.isWatching();
  }

  @Override
  public String banner() {
    return "gateway of namespace %s on http://%s:%d (and https)"
        .formatted(settings.namespace().orElseThrow(), settings.host(), port);
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
