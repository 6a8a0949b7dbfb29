// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.api.action.AccountQuota;
import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.api.action.Paging;
import dev.millrace.api.action.ResourceEditor;
import dev.millrace.api.action.StreamEditor;
import dev.millrace.api.action.consumer.ListStreamConsumersAction;
import dev.millrace.api.action.consumer.RegisterStreamConsumerAction;
import dev.millrace.api.action.policy.PutResourcePolicyAction;
import dev.millrace.api.action.record.GetShardIteratorAction;
import dev.millrace.api.action.record.LossyLeader;
import dev.millrace.api.action.record.PutRecordAction;
import dev.millrace.api.action.record.PutRecordsAction;
import dev.millrace.api.action.record.RecordWriter;
import dev.millrace.api.action.shard.ListShardsAction;
import dev.millrace.api.action.shard.MergeShardsAction;
import dev.millrace.api.action.shard.SplitShardAction;
import dev.millrace.api.action.shard.UpdateShardCountAction;
import dev.millrace.api.action.tag.AddTagsToStreamAction;
import dev.millrace.api.action.tag.ListTagsForStreamAction;
import dev.millrace.api.action.tag.RemoveTagsFromStreamAction;
import dev.millrace.api.action.tag.TagResourceAction;
import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.limit.LimitsProfile;
import dev.millrace.core.limit.ShardCountLimits;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.stream.AccountSettings;
import dev.millrace.core.stream.Reshard;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.core.stream.StreamStatus;
import dev.millrace.leader.TestingShards;
import dev.millrace.leader.TestingTime;
import dev.millrace.leader.control.LogAccount;
import dev.millrace.leader.control.LogCatalogue;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Decoded;
import dev.millrace.protocol.schema.Structure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each call succeeds or is rejected as it should be in every state of a stream. */
class StreamStatesTest {
  private static final StreamName NAME = new StreamName("s");

  private final TestingTime time = new TestingTime();
  private final InstantSource clock = () -> Instant.ofEpochMilli(time.nowMillis());
  private final TestingShards shards = new TestingShards();
  private final LogCatalogue catalogue = new LogCatalogue(shards, shards::streams);
  private final StreamLookup streams = new StreamLookup(catalogue, "us-east-1", "000000000000");
  private final LossyLeader leader = new LossyLeader(shards, time, new Random(1));
  private final StreamController nothingToSettle = name -> CompletableFuture.completedStage(null);
  private final StreamEditor editor = new StreamEditor(streams, nothingToSettle, false);
  private final AccountQuota quota = new AccountQuota(streams, 100, 100, true);
  private final ResourceEditor resources = new ResourceEditor(editor);
  private final TokenSigner signer = new TokenSigner(new byte[TokenSigner.KEY_BYTES]);
  private final Paging paging = new Paging(signer, clock);
  private final RecordWriter writer =
      new RecordWriter(
          streams, new SessionWriter(leader, time::later, time::nanoTime), time::later);

  private final LogAccount account = new LogAccount(shards, () -> AccountSettings.NONE);

  private final Map<Operation, Action> actions =
      Stream.of(
              new AddTagsToStreamAction(editor),
              new DecreaseStreamRetentionPeriodAction(editor),
              new DeleteStreamAction(streams, nothingToSettle, false),
              new DescribeStreamAction(streams),
              new DescribeStreamSummaryAction(streams),
              new DisableEnhancedMonitoringAction(editor),
              new EnableEnhancedMonitoringAction(editor),
              new GetShardIteratorAction(streams, leader, signer, clock),
              new IncreaseStreamRetentionPeriodAction(editor),
              new ListShardsAction(streams, paging, clock),
              new ListStreamConsumersAction(streams, paging),
              new ListTagsForStreamAction(streams),
              new MergeShardsAction(editor, quota),
              new PutRecordAction(streams, writer, () -> new Random(1), clock),
              new PutRecordsAction(streams, writer, () -> new Random(1)),
              new PutResourcePolicyAction(resources),
              new RegisterStreamConsumerAction(editor, account, clock),
              new RemoveTagsFromStreamAction(editor),
              new SplitShardAction(editor, quota),
              new StartStreamEncryptionAction(editor, new AnyKey()),
              new StopStreamEncryptionAction(editor),
              new TagResourceAction(resources),
              new UpdateMaxRecordSizeAction(editor),
              new UpdateShardCountAction(
                  editor, quota, stream -> new ShardCountLimits(LimitsProfile.NONE, 0)),
              new UpdateStreamModeAction(editor, quota, account, clock))
          .collect(Collectors.toMap(Action::operation, Function.identity()));

  private StreamDefinition stream(StreamStatus status) {
    StreamDefinition made =
        StreamDefinition.creating(
            NAME,
            new StreamId(7),
            time.nowMillis() / 1000,
            StreamSettings.of(StreamMode.PROVISIONED),
            2);
    return status == StreamStatus.UPDATING
        ? made.withReshard(Reshard.of(ReshardPlanner.toCount(made.shape(), 3).orElseThrow()))
        : made.withStatus(status);
  }

  /** The result of a call: {@code ok}, or the error's name without "Exception". */
  private String call(Action action, String body) {
    byte[] text = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Structure input =
        ((Decoded.Input) action.input().decode(Codec.JSON, Blob.of(text))).structure();
    CompletionStage<Answer> answer = action.perform(new Call(input, Codec.JSON));
    time.runOut();
    return switch (answer.toCompletableFuture().join()) {
      case Answer.Failure(KinesisError error) -> error.name().text().replace("Exception", "");
      case Answer.Success _, Answer.Encoded _, Answer.Streaming _, Answer.Empty _ -> "ok";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          PutRecord|{'StreamName':'s','PartitionKey':'k','Data':'eA==','DryRun':true}|ResourceNotFound|DryRunOperation|DryRunOperation|ResourceNotFound
          PutRecords|{'StreamName':'s','Records':[{'PartitionKey':'k','Data':'eA=='}],'DryRun':true}|ResourceNotFound|DryRunOperation|DryRunOperation|ResourceNotFound
          GetShardIterator|{'StreamName':'s','ShardId':'0','ShardIteratorType':'LATEST','DryRun':true}|ResourceNotFound|DryRunOperation|DryRunOperation|ResourceNotFound
          DescribeStream|{'StreamName':'s'}|ok|ok|ok|ok
          DescribeStreamSummary|{'StreamName':'s'}|ok|ok|ok|ok
          ListTagsForStream|{'StreamName':'s'}|ok|ok|ok|ok
          ListShards|{'StreamName':'s'}|ResourceInUse|ok|ok|ResourceInUse
          SplitShard|{'StreamName':'s','ShardToSplit':'0','NewStartingHashKey':'5'}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          MergeShards|{'StreamName':'s','ShardToMerge':'0','AdjacentShardToMerge':'1'}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          UpdateShardCount|{'StreamName':'s','TargetShardCount':4,'ScalingType':'UNIFORM_SCALING'}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          UpdateStreamMode|{'StreamARN':'ARN','StreamModeDetails':{'StreamMode':'ON_DEMAND'}}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          UpdateMaxRecordSize|{'StreamARN':'ARN','MaxRecordSizeInKiB':2048}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          StartStreamEncryption|{'StreamName':'s','EncryptionType':'KMS','KeyId':'k'}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          StopStreamEncryption|{'StreamName':'s','EncryptionType':'KMS','KeyId':'k'}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          IncreaseStreamRetentionPeriod|{'StreamName':'s','RetentionPeriodHours':48}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          DecreaseStreamRetentionPeriod|{'StreamName':'s','RetentionPeriodHours':24}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          EnableEnhancedMonitoring|{'StreamName':'s','ShardLevelMetrics':['ALL']}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          DisableEnhancedMonitoring|{'StreamName':'s','ShardLevelMetrics':['ALL']}|ResourceInUse|ok|ResourceInUse|ResourceInUse
          AddTagsToStream|{'StreamName':'s','Tags':{'a':'b'}}|ResourceInUse|ok|ok|ResourceInUse
          RemoveTagsFromStream|{'StreamName':'s','TagKeys':['a']}|ResourceInUse|ok|ok|ResourceInUse
          TagResource|{'ResourceARN':'ARN','Tags':{'a':'b'}}|ResourceInUse|ok|ok|ResourceInUse
          PutResourcePolicy|{'ResourceARN':'ARN','Policy':'{\\'Statement\\':{\\'Effect\\':\\'Deny\\',\\'Principal\\':\\'*\\',\\'Action\\':\\'*\\',\\'Resource\\':\\'*\\'}}'}|ResourceInUse|ok|ok|ResourceInUse
          RegisterStreamConsumer|{'StreamARN':'ARN','ConsumerName':'c'}|ResourceInUse|ok|ok|ResourceInUse
          DeleteStream|{'StreamName':'s'}|ResourceInUse|ok|ok|ResourceInUse
          """)
  void inCreatingActiveUpdatingAndDeleting(
      String operation,
      String body,
      String creating,
      String active,
      String updating,
      String deleting) {
    Action action =
        actions.values().stream()
            .filter(is -> is.operation().text().equals(operation))
            .findAny()
            .orElseThrow();
    Map<StreamStatus, String> wanted =
        Map.of(
            StreamStatus.CREATING, creating,
            StreamStatus.ACTIVE, active,
            StreamStatus.UPDATING, updating,
            StreamStatus.DELETING, deleting);
    for (StreamStatus status : StreamStatus.values()) {
      long revision = catalogue.find(NAME).map(entry -> entry.revision()).orElse(0L);
      catalogue.replace(NAME, revision, Optional.of(stream(status))).toCompletableFuture().join();
      assertThat(call(action, body.replace("ARN':'ARN'", "ARN':'" + streams.arn(NAME) + "'")))
          .as(status.name())
          .isEqualTo(wanted.get(status));
    }
  }
}
