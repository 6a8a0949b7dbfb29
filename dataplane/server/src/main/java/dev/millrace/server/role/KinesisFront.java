package dev.millrace.server.role;

import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.limit.CallRates;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.auth.Credential;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.request.CallerIdentity;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.server.action.AccountQuota;
import dev.millrace.server.action.Action;
import dev.millrace.server.action.AddTagsToStreamAction;
import dev.millrace.server.action.CreateStreamAction;
import dev.millrace.server.action.DecreaseStreamRetentionPeriodAction;
import dev.millrace.server.action.DeleteResourcePolicyAction;
import dev.millrace.server.action.DeleteStreamAction;
import dev.millrace.server.action.DeregisterStreamConsumerAction;
import dev.millrace.server.action.DescribeAccountSettingsAction;
import dev.millrace.server.action.DescribeLimitsAction;
import dev.millrace.server.action.DescribeStreamAction;
import dev.millrace.server.action.DescribeStreamConsumerAction;
import dev.millrace.server.action.DescribeStreamSummaryAction;
import dev.millrace.server.action.DisableEnhancedMonitoringAction;
import dev.millrace.server.action.EnableEnhancedMonitoringAction;
import dev.millrace.server.action.GetRecordsAction;
import dev.millrace.server.action.GetResourcePolicyAction;
import dev.millrace.server.action.GetShardIteratorAction;
import dev.millrace.server.action.IncreaseStreamRetentionPeriodAction;
import dev.millrace.server.action.ListShardsAction;
import dev.millrace.server.action.ListStreamConsumersAction;
import dev.millrace.server.action.ListStreamsAction;
import dev.millrace.server.action.ListTagsForResourceAction;
import dev.millrace.server.action.ListTagsForStreamAction;
import dev.millrace.server.action.MergeShardsAction;
import dev.millrace.server.action.Paging;
import dev.millrace.server.action.PutRecordAction;
import dev.millrace.server.action.PutRecordsAction;
import dev.millrace.server.action.PutResourcePolicyAction;
import dev.millrace.server.action.RatedAction;
import dev.millrace.server.action.RecordWriter;
import dev.millrace.server.action.RegisterStreamConsumerAction;
import dev.millrace.server.action.RemoveTagsFromStreamAction;
import dev.millrace.server.action.Resources;
import dev.millrace.server.action.SplitShardAction;
import dev.millrace.server.action.StartStreamEncryptionAction;
import dev.millrace.server.action.StopStreamEncryptionAction;
import dev.millrace.server.action.StreamEditor;
import dev.millrace.server.action.SubscribeToShardAction;
import dev.millrace.server.action.TagResourceAction;
import dev.millrace.server.action.UntagResourceAction;
import dev.millrace.server.action.UpdateAccountSettingsAction;
import dev.millrace.server.action.UpdateMaxRecordSizeAction;
import dev.millrace.server.action.UpdateShardCountAction;
import dev.millrace.server.action.UpdateStreamModeAction;
import dev.millrace.server.action.UpdateStreamRecordDistributionStrategyAction;
import dev.millrace.server.action.UpdateStreamWarmThroughputAction;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.fanout.Fanout;
import dev.millrace.server.fanout.Subscriptions;
import dev.millrace.server.http.Dispatcher;
import dev.millrace.server.http.KinesisHandler;
import dev.millrace.server.http.KinesisPort;
import dev.millrace.server.http.TlsIdentity;
import dev.millrace.server.routing.SessionWriter;
import dev.millrace.server.routing.ShardLeader;
import dev.millrace.server.routing.StreamLookup;
import dev.millrace.storage.DataFolder;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The Kinesis API of one account on one port: what standalone and gateway have in common.
 *
 * @param settings address, credentials, TLS
 * @param account whose streams are served
 * @param folder where a self-signed certificate and the iterators' key are kept
 */
record KinesisFront(
    ServerSettings settings,
    Vertx vertx,
    String account,
    Path folder,
    Clocks clocks,
    SecureRandom random) {
  private static final int EVENT_LOOPS = 2;
  private static final long BODIES_BYTES = 96L << 20;
  private static final long ANSWERS_BYTES = 96L << 20;

  /** Begins to read or make the certificate, which takes a moment. */
  CompletableFuture<SslContext> tls() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            TlsIdentity identity =
                settings.tlsCertificate().isPresent()
                    ? new TlsIdentity(
                        settings.tlsCertificate().get(), settings.tlsKey().orElseThrow())
                    : TlsIdentity.selfSigned(folder, clocks.wall().instant(), random);
            return identity.context();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Listens.
   *
   * @param tls what {@link #tls} began
   * @param missing operations that are refused by name here
   * @param reset forgets everything, where test suites may ask for it
   */
  KinesisPort.Listening listen(
      CompletableFuture<SslContext> tls,
      StreamCatalogue catalogue,
      StreamController controller,
      AccountStore account,
      ShardLeader leader,
      Set<Operation> missing,
      Optional<Supplier<CompletionStage<Void>>> reset)
      throws IOException {
    CallRates rates = new CallRates(clocks.nanos());
    List<Action> served =
        actions(catalogue, controller, account, leader).stream()
            .filter(action -> !missing.contains(action.operation()))
            .map(action -> rated(action, catalogue, rates))
            .toList();
    Dispatcher dispatcher = new Dispatcher(gate(), served, clocks.wall());
    KinesisHandler handler =
        new KinesisHandler(
            dispatcher,
            BODIES_BYTES,
            ANSWERS_BYTES,
            ThreadLocalRandom::current,
            clocks.wall(),
            reset);
    KinesisPort port =
        new KinesisPort(settings.host(), settings.port(), settings.maxConnections(), EVENT_LOOPS);
    SslContext certificate = Opened.done("TLS", tls);
    return Opened.done(
        "port %d on %s".formatted(settings.port(), settings.host()),
        port.listen(vertx, certificate, handler).toCompletionStage());
  }

  private List<Action> actions(
      StreamCatalogue catalogue,
      StreamController controller,
      AccountStore billing,
      ShardLeader leader)
      throws IOException {
    TokenSigner signer = new TokenSigner(tokenKey());
    StreamLookup streams = new StreamLookup(catalogue, settings.region(), account);
    AccountQuota quota = new AccountQuota(streams, settings.shardLimit(), settings.callLimits());
    StreamEditor editor = new StreamEditor(streams, controller, settings.instant());
    Resources resources = new Resources(editor);
    Paging paging = new Paging(signer, clocks.wall());
    RecordWriter writer =
        new RecordWriter(
            streams,
            new SessionWriter(leader, KinesisFront::later, clocks.nanos()),
            KinesisFront::later);
    boolean instant = settings.instant();
    return List.of(
        new AddTagsToStreamAction(editor),
        new CreateStreamAction(
            streams, quota, controller, billing, clocks.wall(), random::nextLong, instant),
        new DecreaseStreamRetentionPeriodAction(editor),
        new DeleteResourcePolicyAction(resources),
        new DeleteStreamAction(streams, controller, instant),
        new DeregisterStreamConsumerAction(editor),
        new DescribeAccountSettingsAction(billing, clocks.wall()),
        new DescribeLimitsAction(quota),
        new DescribeStreamAction(streams),
        new DescribeStreamConsumerAction(streams),
        new DescribeStreamSummaryAction(streams),
        new DisableEnhancedMonitoringAction(editor),
        new EnableEnhancedMonitoringAction(editor),
        new GetRecordsAction(streams, leader, signer, clocks.wall()),
        new GetResourcePolicyAction(resources),
        new GetShardIteratorAction(streams, leader, signer, clocks.wall()),
        new IncreaseStreamRetentionPeriodAction(editor),
        new ListShardsAction(streams, paging, clocks.wall()),
        new ListStreamConsumersAction(streams, paging),
        new ListStreamsAction(streams, paging),
        new ListTagsForResourceAction(resources),
        new ListTagsForStreamAction(streams),
        new MergeShardsAction(editor),
        new PutRecordAction(streams, writer, ThreadLocalRandom::current, clocks.wall()),
        new PutRecordsAction(streams, writer, ThreadLocalRandom::current),
        new PutResourcePolicyAction(resources),
        new RegisterStreamConsumerAction(editor, billing, clocks.wall()),
        new RemoveTagsFromStreamAction(editor),
        new SplitShardAction(editor, quota),
        new StartStreamEncryptionAction(editor),
        new StopStreamEncryptionAction(editor),
        new SubscribeToShardAction(
            new Fanout(
                streams,
                leader,
                new Subscriptions(),
                settings.limits() == ServerSettings.Limits.AWS,
                clocks.wall(),
                clocks.nanos())),
        new TagResourceAction(resources),
        new UntagResourceAction(resources),
        new UpdateAccountSettingsAction(billing, clocks.wall()),
        new UpdateMaxRecordSizeAction(editor),
        new UpdateShardCountAction(editor, quota),
        new UpdateStreamModeAction(editor, quota, billing, clocks.wall()),
        new UpdateStreamRecordDistributionStrategyAction(editor),
        new UpdateStreamWarmThroughputAction(editor, billing, clocks.wall()));
  }

  private static void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }

  private Action rated(Action action, StreamCatalogue catalogue, CallRates rates) {
    return settings.callLimits()
        ? new RatedAction(action, new StreamLookup(catalogue, settings.region(), account), rates)
        : action;
  }

  private RequestGate gate() {
    // Clients of Kinesis sign for STS in their own region or, by the older rule, in its global one.
    Predicate<String> regionOfSts = List.of(settings.region(), "us-east-1")::contains;
    return new RequestGate(
        verifier("kinesis", settings.region()::equals),
        new CallerIdentity(account, verifier("sts", regionOfSts)));
  }

  private Optional<SignatureVerifier> verifier(String service, Predicate<String> regions) {
    return settings.credentials().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SignatureVerifier(
                service,
                regions,
                id ->
                    Optional.ofNullable(settings.credentials().get(id))
                        .map(Credential::permanent)));
  }

  /** The iterators' key: the one that all fronts were given, or one of this folder's own. */
  private byte[] tokenKey() throws IOException {
    Path file = settings.tokenKey().orElse(folder.resolve("token.key"));
    if (settings.tokenKey().isEmpty() && !Files.exists(file)) {
      byte[] secret = new byte[TokenSigner.KEY_BYTES];
      random.nextBytes(secret);
      DataFolder.writeDurably(file, secret);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != TokenSigner.KEY_BYTES) {
      throw new IOException(
          "%s must hold %d bytes, found %d".formatted(file, TokenSigner.KEY_BYTES, key.length));
    }
    return key;
  }
}
