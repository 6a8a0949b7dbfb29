package dev.millrace.server.role;

import dev.millrace.core.stream.AccountId;
import dev.millrace.kubernetes.ClusterStreams;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.routing.NoAccount;
import dev.millrace.server.routing.ReadPool;
import dev.millrace.server.rpc.RemoteLeader;
import dev.millrace.storage.DataFolder;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The stateless front of one namespace's streams: the Kinesis API, with the custom resources as its
 * catalogue and the shard pods behind it. What its folder holds may be lost at any time.
 */
public final class Gateway implements Role {
  private static final int READ_THREADS = 2;
  private static final int READS_WAITING = 1024;

  private final Opened opened = new Opened();
  private final ServerSettings settings;
  private final ClusterStreams streams;
  private final int port;

  /**
   * Starts; returns when it has seen all streams and listens.
   *
   * @throws IOException with one clear line why it cannot start
   */
  public Gateway(ServerSettings settings, Vertx vertx, InstantSource clock, SecureRandom random)
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
              clock,
              random);
      CompletableFuture<SslContext> tls = front.tls();
      streams = opened.add(new ClusterStreams(namespace));
      ReadPool reads = opened.add(new ReadPool(READ_THREADS, READS_WAITING));
      RemoteLeader leader = opened.add(new RemoteLeader(vertx, streams::routes, reads));
      // The operator settles what the custom resources ask for.
      port =
          opened
              .add(
                  front.listen(
                      tls,
                      streams,
                      name -> CompletableFuture.completedStage(null),
                      new NoAccount(),
                      leader,
                      Optional.empty()))
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

  /** Whether the streams are being watched; without that the map of shards grows old. */
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
