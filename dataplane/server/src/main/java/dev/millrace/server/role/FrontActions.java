// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Paging;
import dev.millrace.api.action.RatedAction;
import dev.millrace.api.action.ResourceEditor;
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
import dev.millrace.core.port.AccountStore;
import dev.millrace.core.port.StreamController;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ShardLeader;
import dev.millrace.server.config.ServerSettings;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The actions of a front: those on records and those that describe streams in every role, the
 * control calls where they are served.
 */
record FrontActions(
    ServerSettings settings,
    String account,
    Clocks clocks,
    SecureRandom random,
    TokenSigner signer) {

  /** The actions for what is served. */
  List<Action> of(FrontParts parts) {
    StreamLookup streams = new StreamLookup(parts.catalogue(), settings.region(), account);
    Paging paging = new Paging(signer, clocks.wall());
    CallRates rates = new CallRates(clocks.nanos());
    List<Action> control =
        switch (parts.control()) {
          case ControlPlane.Here here -> control(streams, here);
          case ControlPlane.Elsewhere elsewhere -> List.of();
        };
    return Stream.of(data(streams, parts.leader()), describing(streams, paging), control)
        .flatMap(List::stream)
        .map(action -> settings.callLimits() ? new RatedAction(action, streams, rates) : action)
        .toList();
  }

  private List<Action> data(StreamLookup streams, ShardLeader leader) {
    RecordWriter writer =
        new RecordWriter(
            streams,
            new SessionWriter(leader, FrontActions::later, clocks.nanos()),
            FrontActions::later);
    return List.of(
        new GetRecordsAction(streams, leader, signer, clocks.wall()),
        new GetShardIteratorAction(streams, leader, signer, clocks.wall()),
        new PutRecordAction(streams, writer, ThreadLocalRandom::current, clocks.wall()),
        new PutRecordsAction(streams, writer, ThreadLocalRandom::current),
        new SubscribeToShardAction(
            new SubscriptionFactory(
                streams,
                leader,
                settings.limits() == LimitsProfile.AWS,
                clocks.wall(),
                clocks.nanos())));
  }

  private List<Action> describing(StreamLookup streams, Paging paging) {
    return List.of(
        new DescribeStreamAction(streams),
        new DescribeStreamConsumerAction(streams),
        new DescribeStreamSummaryAction(streams),
        new GetResourcePolicyAction(new ResourceLookup(streams)),
        new ListShardsAction(streams, paging, clocks.wall()),
        new ListStreamConsumersAction(streams, paging),
        new ListStreamsAction(streams, paging),
        new ListTagsForResourceAction(new ResourceLookup(streams)),
        new ListTagsForStreamAction(streams));
  }

  private List<Action> control(StreamLookup streams, ControlPlane.Here here) {
    StreamController controller = here.controller();
    AccountStore billing = here.account();
    AccountQuota quota =
        new AccountQuota(
            streams, settings.shardLimit(), here.shardCapacity(), settings.callLimits());
    boolean instant = settings.instant();
    StreamEditor editor = new StreamEditor(streams, controller, instant);
    ResourceEditor resources = new ResourceEditor(editor);
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
        new DisableEnhancedMonitoringAction(editor),
        new EnableEnhancedMonitoringAction(editor),
        new IncreaseStreamRetentionPeriodAction(editor),
        new MergeShardsAction(editor, quota),
        new PutResourcePolicyAction(resources),
        new RegisterStreamConsumerAction(editor, billing, clocks.wall()),
        new RemoveTagsFromStreamAction(editor),
        new SplitShardAction(editor, quota),
        new StartStreamEncryptionAction(editor, here.cipher()),
        new StopStreamEncryptionAction(editor),
        new TagResourceAction(resources),
        new UntagResourceAction(resources),
        new UpdateAccountSettingsAction(billing, clocks.wall()),
        new UpdateMaxRecordSizeAction(editor),
        new UpdateShardCountAction(editor, quota, here.limits()),
        new UpdateStreamModeAction(editor, quota, billing, clocks.wall()),
        new UpdateStreamRecordDistributionStrategyAction(editor),
        new UpdateStreamWarmThroughputAction(editor, billing, clocks.wall()));
  }

  static void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }
}
