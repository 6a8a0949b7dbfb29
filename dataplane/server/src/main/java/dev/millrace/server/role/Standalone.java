package dev.millrace.server.role;

import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.limit.AwsShardLimits;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.StreamController;
import dev.millrace.protocol.auth.Credential;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.replication.RaftBounds;
import dev.millrace.replication.RaftGroupHost;
import dev.millrace.server.action.Action;
import dev.millrace.server.action.CreateStreamAction;
import dev.millrace.server.action.DeleteStreamAction;
import dev.millrace.server.action.DescribeStreamAction;
import dev.millrace.server.action.DescribeStreamSummaryAction;
import dev.millrace.server.action.GetRecordsAction;
import dev.millrace.server.action.GetShardIteratorAction;
import dev.millrace.server.action.ListShardsAction;
import dev.millrace.server.action.ListStreamsAction;
import dev.millrace.server.action.Paging;
import dev.millrace.server.action.PutRecordAction;
import dev.millrace.server.action.PutRecordsAction;
import dev.millrace.server.action.ReadPool;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.http.Dispatcher;
import dev.millrace.server.http.KinesisHandler;
import dev.millrace.server.http.KinesisPort;
import dev.millrace.server.http.TlsIdentity;
import dev.millrace.server.routing.GuardedLog;
import dev.millrace.server.routing.LogCatalogue;
import dev.millrace.server.routing.LogStreamController;
import dev.millrace.server.routing.StreamLookup;
import dev.millrace.storage.DataFolder;
import dev.millrace.storage.RocksShardStore;
import dev.millrace.storage.StorageSettings;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Everything in one process, with one replica: gateway, shards and control plane. The same classes
 * as on a cluster, wired without peers.
 *
 * <p>Order of start: data folder, store, log (which replays into the store), unfinished control
 * calls, port. Order of stop: the reverse.
 */
public final class Standalone implements AutoCloseable {
  private static final int EVENT_LOOPS = 2;
  private static final int READ_THREADS = 2;
  private static final int READS_WAITING = 1024;
  private static final long BODIES_BYTES = 96L << 20;
  private static final long ANSWERS_BYTES = 96L << 20;
  private static final long MIB = 1 << 20;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final ServerSettings settings;
  private final DataFolder folder;
  private final RaftGroupHost group;
  private final DiskRoom room;
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
      folder = open(DataFolder.open(settings.data()));
      CompletableFuture<SslContext> tls = CompletableFuture.supplyAsync(() -> tls(clock, random));
      RocksShardStore store =
          open(new RocksShardStore(folder.store(), StorageSettings.STANDALONE, halt));
      group = open(RaftGroupHost.start(folder.path(), RaftBounds.STANDALONE, store, halt));
      room = open(new DiskRoom(vertx, folder, settings.diskReserveMib() * MIB));
      ShardLog log = new GuardedLog(group.log(), room);
      LogCatalogue catalogue = new LogCatalogue(log, store::streams);
      LogStreamController controller = new LogStreamController(catalogue, log);
      done("unfinished control calls", controller.settleAll());
      ReadPool reads = open(new ReadPool(READ_THREADS, READS_WAITING));
      TokenSigner signer =
          new TokenSigner(
              keptSecret(folder.path().resolve("token.key"), TokenSigner.KEY_BYTES, random));
      StreamLookup streams = new StreamLookup(catalogue, settings.region(), settings.account());
      Dispatcher dispatcher =
          new Dispatcher(
              new RequestGate(verifier()),
              actions(streams, log, controller, store, reads, signer, clock, random),
              clock);
      KinesisHandler handler =
          new KinesisHandler(
              dispatcher, BODIES_BYTES, ANSWERS_BYTES, ThreadLocalRandom::current, clock);
      KinesisPort listener =
          new KinesisPort(settings.host(), settings.port(), settings.maxConnections(), EVENT_LOOPS);
      SslContext certificate = done("TLS", tls);
      port =
          open(done(
                  "port %d on %s".formatted(settings.port(), settings.host()),
                  listener.listen(vertx, certificate, handler).toCompletionStage()))
              .port();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static <T> T done(String what, CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new IOException(what + ": " + e.getCause(), e);
    }
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  private List<Action> actions(
      StreamLookup streams,
      ShardLog log,
      StreamController controller,
      RocksShardStore store,
      ReadPool reads,
      TokenSigner signer,
      InstantSource clock,
      SecureRandom random) {
    Paging paging = new Paging(signer, clock);
    ShardLimits limits = limits();
    return List.of(
        new CreateStreamAction(streams, controller, clock, random::nextLong, settings.instant()),
        new DeleteStreamAction(streams, controller, limits, settings.instant()),
        new DescribeStreamAction(streams),
        new DescribeStreamSummaryAction(streams),
        new ListStreamsAction(streams, paging),
        new ListShardsAction(streams, paging, clock),
        new PutRecordAction(streams, log, limits, clock),
        new PutRecordsAction(streams, log, limits, clock),
        new GetShardIteratorAction(streams, store, reads, signer, clock),
        new GetRecordsAction(streams, store, reads, limits, signer, clock));
  }

  private ShardLimits limits() {
    return switch (settings.limits()) {
      case NONE -> ShardLimits.NONE;
      case AWS -> new AwsShardLimits(System::nanoTime);
    };
  }

  private Optional<SignatureVerifier> verifier() {
    return settings.credentials().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SignatureVerifier(
                "kinesis",
                settings.region()::equals,
                id ->
                    Optional.ofNullable(settings.credentials().get(id))
                        .map(Credential::permanent)));
  }

  /**
   * Takes a moment, the first time for making a key; so it is done beside the rest of the start.
   */
  private SslContext tls(InstantSource clock, SecureRandom random) {
    try {
      TlsIdentity identity =
          settings.tlsCertificate().isPresent()
              ? new TlsIdentity(settings.tlsCertificate().get(), settings.tlsKey().orElseThrow())
              : TlsIdentity.selfSigned(folder.path(), clock.instant(), random);
      return identity.context();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] keptSecret(Path file, int bytes, SecureRandom random) throws IOException {
    if (!Files.exists(file)) {
      byte[] secret = new byte[bytes];
      random.nextBytes(secret);
      DataFolder.writeDurably(file, secret);
    }
    return Files.readAllBytes(file);
  }

  /** The Kinesis port that was bound. */
  public int port() {
    return port;
  }

  /** Whether the log runs; if not, only a new process helps. */
  public boolean isAlive() {
    return group.isRunning();
  }

  /** Whether records can be written. */
  public boolean isReady() {
    return isAlive() && room.getAsBoolean();
  }

  /** Stops; everything that was acknowledged is on the disk already. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IOException("stop was not clean: " + e, e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
