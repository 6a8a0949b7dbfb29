// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Paging;
import dev.millrace.api.action.RatedAction;
import dev.millrace.api.action.ResourceLookup;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.account.DescribeAccountSettingsAction;
import dev.millrace.api.action.account.DescribeLimitsAction;
import dev.millrace.api.action.account.UpdateAccountSettingsAction;
import dev.millrace.api.action.consumer.DeregisterStreamConsumerAction;
import dev.millrace.api.action.consumer.DescribeStreamConsumerAction;
import dev.millrace.api.action.consumer.ListStreamConsumersAction;
import dev.millrace.api.action.consumer.RegisterStreamConsumerAction;
import dev.millrace.api.action.consumer.SubscribeToShardAction;
import dev.millrace.api.action.policy.DeleteResourcePolicyAction;
import dev.millrace.api.action.policy.GetResourcePolicyAction;
import dev.millrace.api.action.policy.PutResourcePolicyAction;
import dev.millrace.api.action.record.GetRecordsAction;
import dev.millrace.api.action.record.GetShardIteratorAction;
import dev.millrace.api.action.record.PutRecordAction;
import dev.millrace.api.action.record.PutRecordsAction;
import dev.millrace.api.action.record.RecordWriter;
import dev.millrace.api.action.shard.ListShardsAction;
import dev.millrace.api.action.shard.MergeShardsAction;
import dev.millrace.api.action.shard.SplitShardAction;
import dev.millrace.api.action.shard.UpdateShardCountAction;
import dev.millrace.api.action.stream.CreateStreamAction;
import dev.millrace.api.action.stream.DecreaseStreamRetentionPeriodAction;
import dev.millrace.api.action.stream.DeleteStreamAction;
import dev.millrace.api.action.stream.DescribeStreamAction;
import dev.millrace.api.action.stream.DescribeStreamSummaryAction;
import dev.millrace.api.action.stream.DisableEnhancedMonitoringAction;
import dev.millrace.api.action.stream.EnableEnhancedMonitoringAction;
import dev.millrace.api.action.stream.IncreaseStreamRetentionPeriodAction;
import dev.millrace.api.action.stream.ListStreamsAction;
import dev.millrace.api.action.stream.StartStreamEncryptionAction;
import dev.millrace.api.action.stream.StopStreamEncryptionAction;
import dev.millrace.api.action.stream.UpdateMaxRecordSizeAction;
import dev.millrace.api.action.stream.UpdateStreamModeAction;
import dev.millrace.api.action.stream.UpdateStreamRecordDistributionStrategyAction;
import dev.millrace.api.action.stream.UpdateStreamWarmThroughputAction;
import dev.millrace.api.action.tag.AddTagsToStreamAction;
import dev.millrace.api.action.tag.ListTagsForResourceAction;
import dev.millrace.api.action.tag.ListTagsForStreamAction;
import dev.millrace.api.action.tag.RemoveTagsFromStreamAction;
import dev.millrace.api.action.tag.TagResourceAction;
import dev.millrace.api.action.tag.UntagResourceAction;
import dev.millrace.api.fanout.SubscriptionFactory;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.limit.CallRates;
import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.limit.ShardCountLimits;
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.auth.Credential;
import dev.millrace.protocol.auth.SignatureVerifier;
import dev.millrace.protocol.request.CallerIdentity;
import dev.millrace.protocol.request.RequestGate;
import dev.millrace.server.config.ServerSettings;
import dev.millrace.server.http.Dispatcher;
import dev.millrace.server.http.KinesisHandler;
import dev.millrace.server.http.KinesisPort;
import dev.millrace.server.http.TlsIdentity;
import dev.millrace.server.port.OpenPort;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The Kinesis API of one account on one port; shared by standalone and gateway.
 *
 * @param settings address, credentials, TLS
 * @param account the account whose streams are served
 * @param folder contains the self-signed certificate and the key of the iterators
 */
record KinesisFront(
    ServerSettings settings,
    Vertx vertx,
    String account,
    Path folder,
    Clocks clocks,
    SecureRandom random) {
  private static final int EVENT_LOOPS = 2;
  private static final long ANSWERS_BYTES = 96L << 20;

  /** Starts to read or create the certificate, which takes some time. */
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
   * Opens the port.
   *
   * @param tls the result of {@link #tls}
   * @param shardCapacity most shards that can be stored behind this front
   * @param limits of the calls of UpdateShardCount for a stream
   * @param missing operations that are not supported
   * @param reset deletes all data, if test suites may request that
   */
  OpenPort listen(
      CompletableFuture<SslContext> tls,
      StreamCatalogue catalogue,
      StreamController controller,
      AccountStore account,
      ShardLeader leader,
      int shardCapacity,
      Function<StreamDefinition, ShardCountLimits> limits,
      Set<Operation> missing,
      Optional<Supplier<CompletionStage<Void>>> reset)
      throws IOException {
    CallRates rates = new CallRates(clocks.nanos());
    List<Action> served =
        actions(catalogue, controller, account, leader, shardCapacity, limits).stream()
            .filter(action -> !missing.contains(action.operation()))
            .map(action -> rated(action, catalogue, rates))
            .toList();
    Dispatcher dispatcher = new Dispatcher(gate(), served, clocks.wall());
    KinesisHandler handler =
        new KinesisHandler(
            dispatcher,
            RoleBounds.BODY_BYTES,
            ANSWERS_BYTES,
            ThreadLocalRandom::current,
            clocks.wall(),
            reset);
    KinesisPort port =
        new KinesisPort(settings.host(), settings.port(), settings.maxConnections(), EVENT_LOOPS);
    SslContext certificate = CloseableStack.done("TLS", tls);
    return CloseableStack.done(
        "port %d on %s".formatted(settings.port(), settings.host()),
        port.listen(vertx, certificate, handler).toCompletionStage());
  }

  private List<Action> actions(
      StreamCatalogue catalogue,
      StreamController controller,
      AccountStore billing,
      ShardLeader leader,
      int shardCapacity,
      Function<StreamDefinition, ShardCountLimits> limits)
      throws IOException {
    TokenSigner signer = new TokenSigner(tokenKey());
    StreamLookup streams = new StreamLookup(catalogue, settings.region(), account);
    AccountQuota quota =
        new AccountQuota(streams, settings.shardLimit(), shardCapacity, settings.callLimits());
    StreamEditor editor = new StreamEditor(streams, controller, settings.instant());
    ResourceLookup resources = new ResourceLookup(editor);
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
        new MergeShardsAction(editor, quota),
        new PutRecordAction(streams, writer, ThreadLocalRandom::current, clocks.wall()),
        new PutRecordsAction(streams, writer, ThreadLocalRandom::current),
        new PutResourcePolicyAction(resources),
        new RegisterStreamConsumerAction(editor, billing, clocks.wall()),
        new RemoveTagsFromStreamAction(editor),
        new SplitShardAction(editor, quota),
        new StartStreamEncryptionAction(editor),
        new StopStreamEncryptionAction(editor),
        new SubscribeToShardAction(
            new SubscriptionFactory(
                streams,
                leader,
                settings.limits() == LimitsProfile.AWS,
                clocks.wall(),
                clocks.nanos())),
        new TagResourceAction(resources),
        new UntagResourceAction(resources),
        new UpdateAccountSettingsAction(billing, clocks.wall()),
        new UpdateMaxRecordSizeAction(editor),
        new UpdateShardCountAction(editor, quota, limits),
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

  /**
   * The key of the iterators: from the file that all fronts share, or generated in this data
   * folder.
   */
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
