package dev.millrace.server.role;

import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardLog;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.routing.LogAccount;
import dev.millrace.server.routing.LogCatalogue;
import dev.millrace.server.routing.LogStreamController;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Everything in one process, with one replica: gateway, shards and control plane. The same classes
 * as on a cluster, wired without peers.
 *
 * <p>Order of start: data folder, store, log (which replays into the store), unfinished control
 * calls, manifests, port. Order of stop: the reverse.
 */
public final class Standalone implements Role {
  private final Opened opened = new Opened();
  private final ServerSettings settings;
  private final ShardHost shards;
  private final int port;

  /**
   * Starts.
   *
   * @param clock wall time
   * @param halt called for failures after which going on could lose a record
   * @throws IOException with one clear line why it cannot start
   */
  public Standalone(
      ServerSettings settings, Vertx vertx, InstantSource clock, SecureRandom random, Halt halt)
      throws IOException {
    this.settings = settings;
    try {
      ShardLimits limits = ShardLimitsOf.profile(settings.limits());
      shards = opened.add(new ShardHost(settings, vertx, clock, limits, halt));
      Path folder = shards.folder().path();
      KinesisFront front =
          new KinesisFront(settings, vertx, settings.account(), folder, clock, random);
      CompletableFuture<SslContext> tls = front.tls();
      shards.start(UUID.randomUUID());
      ShardLog log = shards.log().orElseThrow();
      LogCatalogue catalogue = new LogCatalogue(log, shards.store()::streams);
      LogStreamController controller = new LogStreamController(catalogue, log, limits, clock);
      Opened.done("unfinished control calls", controller.settleAll());
      if (settings.manifests().isPresent()) {
        new ManifestStreams(catalogue, controller, clock, random::nextLong)
            .apply(settings.manifests().get());
      }
      LogAccount account = new LogAccount(log, shards.store()::account);
      port =
          opened
              .add(
                  front.listen(
                      tls,
                      catalogue,
                      controller,
                      account,
                      shards.leader().orElseThrow(),
                      settings.instant()
                          ? Optional.of(new Reset(catalogue, controller, account))
                          : Optional.empty()))
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
    return shards.isAlive();
  }

  @Override
  public boolean isReady() {
    return isAlive() && shards.hasRoom();
  }

  @Override
  public String banner() {
    return "listening on http://%s:%d (and https), data in %s"
        .formatted(settings.host(), port, settings.data().toAbsolutePath().normalize());
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
