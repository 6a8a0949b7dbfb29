// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of streams, consumers and the account are stored and returned. */
class SettingsTest {
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/";

  @TempDir private Path data;
  @TempDir private Path keys;

  private Path masterKeys;
  private TestingStandalone server;

  @BeforeEach
  void start() throws Exception {
    masterKeys = MasterKeyFolder.in(keys).with("default").path();
    server = new TestingStandalone(data, "MILLRACE_MASTER_KEYS", masterKeys.toString());
    server.ok("CreateStream", "{'StreamName':'s','ShardCount':2}");
    server.ok("CreateStream", "{'StreamName':'d','StreamModeDetails':{'StreamMode':'ON_DEMAND'}}");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void restart() throws Exception {
    server.close();
    server = new TestingStandalone(data, "MILLRACE_MASTER_KEYS", masterKeys.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "ListTagsForResource, ResourceARN",
    "DescribeStreamSummary, StreamARN",
    "DescribeStreamConsumer, ConsumerARN",
  })
  void refusalsQuoteNoMoreThanOneKibibyteOfAnArn(String operation, String member) throws Exception {
    String arn =
        "arn:aws:kinesis:%s:000000000000:stream/s/consumer/c:1".formatted("r".repeat(1900));
    assertThat(server.refused(operation, "{'%s':'%s'}", member, arn)).hasSizeLessThan(1200);
  }

  private JsonObject summary(String stream) throws Exception {
    return server
        .ok("DescribeStreamSummary", "{'StreamName':'%s'}", stream)
        .getJsonObject("StreamDescriptionSummary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          IncreaseStreamRetentionPeriod|{'StreamName':'s','RetentionPeriodHours':23}|InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.
          IncreaseStreamRetentionPeriod|{'StreamName':'s','RetentionPeriodHours':8761}|InvalidArgumentException: Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.
          DecreaseStreamRetentionPeriod|{'StreamName':'s','RetentionPeriodHours':25}|InvalidArgumentException: Requested retention period (25 hours) for stream s can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.
          DecreaseStreamRetentionPeriod|{'RetentionPeriodHours':25}|InvalidArgumentException: Neither streamARN nor streamName was provided
          AddTagsToStream|{'StreamName':'s','Tags':{'a*':'b'}}|InvalidArgumentException: Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.
          AddTagsToStream|{'StreamName':'s','Tags':{'a%b':'c'}}|InvalidArgumentException: Failed to add tags to stream s under account 000000000000 because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.
          RegisterStreamConsumer|{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','ConsumerName':'c','Tags':{'a%b':'c'}}|InvalidArgumentException: Failed to add tags to consumer c of stream s under account 000000000000 because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.
          RemoveTagsFromStream|{'StreamName':'s','TagKeys':['a%b']}|InvalidArgumentException: Failed to remove tags from stream s under account 000000000000 because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.
          RemoveTagsFromStream|{'StreamName':'s','TagKeys':['a*']}|InvalidArgumentException: Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.
          AddTagsToStream|{'StreamName':'none','Tags':{'a':'b'}}|ResourceNotFoundException: Stream none under account 000000000000 not found.
          SplitShard|{'StreamName':'d','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'5'}|ValidationException: Request is invalid. Stream d under account 000000000000 is in On-Demand mode.
          SplitShard|{'StreamName':'s','ShardToSplit':'shardId-000000000009','NewStartingHashKey':'5'}|ResourceNotFoundException: Could not find shard shardId-000000000009 in stream s under account 000000000000.
          SplitShard|{'StreamName':'s','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'1'}|InvalidArgumentException: NewStartingHashKey 1 used in SplitShard() on shard shardId-000000000000 in stream s under account 000000000000 is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey 170141183460469231731687303715884105727.
          MergeShards|{'StreamName':'s','ShardToMerge':'shardId-000000000000','AdjacentShardToMerge':'shardId-000000000000'}|InvalidArgumentException: Shards shardId-000000000000 and shardId-000000000000 in stream s under account 000000000000 are not an adjacent pair of shards eligible for merging
          SplitShard|{'StreamName':'none','ShardToSplit':'abc','NewStartingHashKey':'5'}|ResourceNotFoundException: Could not find shard abc in stream none under account 000000000000.
          SplitShard|{'StreamName':'none','ShardToSplit':'0','NewStartingHashKey':'5'}|ResourceNotFoundException: Stream none under account 000000000000 not found.
          MergeShards|{'StreamName':'s','ShardToMerge':'shardId-000000000001','AdjacentShardToMerge':'shardId-000000000000'}|InvalidArgumentException: Shards shardId-000000000001 and shardId-000000000000 in stream s under account 000000000000 are not an adjacent pair of shards eligible for merging
          MergeShards|{'StreamName':'none','ShardToMerge':'0','AdjacentShardToMerge':'abc'}|ResourceNotFoundException: Could not find shard abc in stream none under account 000000000000.
          TagResource|{'ResourceARN':'arn:aws:kinesis:us-east-1:000000000000:queue/abc','Tags':{'a':'b'}}|ResourceNotFoundException: Stream arn:aws:kinesis:us-east-1:000000000000:queue/abc under account 000000000000 not found.
          UpdateStreamMode|{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','StreamModeDetails':{'StreamMode':'ON_DEMAND'},'WarmThroughputMiBps':5}|ValidationException: Warm throughput needs the account's minimum throughput billing commitment to be ENABLED.
          UpdateShardCount|{'StreamName':'s','TargetShardCount':20001,'ScalingType':'UNIFORM_SCALING'}|LimitExceededException: TargetShardCount 20001 exceeds the limit of 10000 shards for a stream.
          UpdateStreamRecordDistributionStrategy|{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','RecordDistributionStrategy':'AUTO'}|InvalidArgumentException: RecordDistributionStrategy AUTO is only for streams in mode ON_DEMAND.
          StartStreamEncryption|{'StreamName':'s','EncryptionType':'NONE','KeyId':'k'}|InvalidArgumentException: EncryptionType must be KMS, found NONE.
          UpdateMaxRecordSize|{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','MaxRecordSizeInKiB':20000}|ValidationException: 1 validation error detected: Value '20000' at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must have value less than or equal to 10240
          UpdateStreamWarmThroughput|{'StreamName':'s','WarmThroughputMiBps':5}|ValidationException: Warm throughput needs stream mode ON_DEMAND, stream s is PROVISIONED.
          UpdateStreamWarmThroughput|{'StreamName':'d','WarmThroughputMiBps':5}|ValidationException: Warm throughput needs the account's minimum throughput billing commitment to be ENABLED.
          DescribeStreamConsumer|{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s'}|InvalidArgumentException: Either ConsumerARN, or both StreamARN and ConsumerName, must be given.
          DescribeStreamConsumer|{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','ConsumerName':'c'}|ResourceNotFoundException: Consumer arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c, account 000000000000 not found.
          GetResourcePolicy|{'ResourceARN':'arn:aws:kinesis:us-east-1:000000000000:stream/none'}|ResourceNotFoundException: Stream arn:aws:kinesis:us-east-1:000000000000:stream/none under account 000000000000 not found.
          TagResource|{'ResourceARN':'arn:aws:kinesis:us-east-1:000000000000:stream/none/consumer/c:1','Tags':{'a':'b'}}|ResourceNotFoundException: Stream arn:aws:kinesis:us-east-1:000000000000:stream/none under account 000000000000 not found.
          TagResource|{'ResourceARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1','Tags':{'a':'b'}}|ResourceNotFoundException: Consumer arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1, account 000000000000 not found.
          PutResourcePolicy|{'ResourceARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s','Policy':'no'}|ValidationException: Policy is not valid JSON at line 1, column 1.
          DeleteResourcePolicy|{'ResourceARN':'arn:aws:kinesis:us-east-1:000000000000:stream/s'}|ResourceNotFoundException: No resource policy found for resource ARN arn:aws:kinesis:us-east-1:000000000000:stream/s.
          """)
  void whatDoesNotFitIsRefused(String operation, String body, String error) throws Exception {
    // The error messages contain apostrophes, so these bodies contain their own quotes.
    assertThat(server.call(operation, body.replace('\'', '"')).error()).isEqualTo(error);
  }

  @Test
  void retentionRecordSizeModeAndEncryptionAreKept() throws Exception {
    server.ok("IncreaseStreamRetentionPeriod", "{'StreamName':'s','RetentionPeriodHours':100}");
    server.ok("UpdateMaxRecordSize", "{'StreamARN':'%ss','MaxRecordSizeInKiB':2048}", ARN);
    server.ok(
        "StartStreamEncryption",
        "{'StreamName':'s','EncryptionType':'KMS','KeyId':'alias/aws/kinesis'}");
    server.ok(
        "UpdateStreamMode",
        "{'StreamARN':'%ss','StreamModeDetails':{'StreamMode':'ON_DEMAND'}}",
        ARN);
    restart();
    JsonObject stream = summary("s");
    assertThat(stream.getInteger("RetentionPeriodHours")).isEqualTo(100);
    assertThat(stream.getInteger("MaxRecordSizeInKiB")).isEqualTo(2048);
    assertThat(stream.getString("EncryptionType")).isEqualTo("KMS");
    assertThat(stream.getString("KeyId")).isEqualTo("alias/aws/kinesis");
    assertThat(stream.getJsonObject("StreamModeDetails").getString("StreamMode"))
        .isEqualTo("ON_DEMAND");
    assertThat(stream.getInteger("OpenShardCount")).isEqualTo(2);
    server.ok(
        "StopStreamEncryption",
        "{'StreamName':'s','EncryptionType':'KMS','KeyId':'alias/aws/kinesis'}");
    assertThat(summary("s").getString("EncryptionType")).isEqualTo("NONE");
  }

  @Test
  void tagsAreAddedRemovedAndListedByEitherCall() throws Exception {
    server.ok("AddTagsToStream", "{'StreamName':'s','Tags':{'a':'1','b':'2'}}");
    server.ok("TagResource", "{'ResourceARN':'%ss','Tags':{'b':'3','c':'4'}}", ARN);
    server.ok("RemoveTagsFromStream", "{'StreamName':'s','TagKeys':['a','unknown']}");
    JsonObject first = server.ok("ListTagsForStream", "{'StreamName':'s','Limit':1}");
    assertThat(first.getBoolean("HasMoreTags")).isTrue();
    assertThat(first.getJsonArray("Tags").encode()).isEqualTo("[{\"Key\":\"b\",\"Value\":\"3\"}]");
    assertThat(
            server
                .ok("ListTagsForStream", "{'StreamName':'s','ExclusiveStartTagKey':'b'}")
                .getJsonArray("Tags"))
        .hasSize(1);
    server.ok("UntagResource", "{'ResourceARN':'%ss','TagKeys':['b']}", ARN);
    assertThat(server.ok("ListTagsForResource", "{'ResourceARN':'%ss'}", ARN).getJsonArray("Tags"))
        .hasSize(1);
  }

  @Test
  void fiftyTagsAreTheMost() throws Exception {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      tags.append(i == 0 ? "" : ",").append("'k").append(i).append("':'v'");
    }
    server.ok("AddTagsToStream", "{'StreamName':'s','Tags':{%s}}", tags);
    server.ok("AddTagsToStream", "{'StreamName':'s','Tags':{'k1':'again'}}");
    assertThat(server.refused("AddTagsToStream", "{'StreamName':'s','Tags':{'one':'more'}}"))
        .startsWith("InvalidArgumentException: Failed to add tags to stream s");
  }

  @Test
  void monitoringAnswersWithWhatWasAndWhatIs() throws Exception {
    JsonObject enabled =
        server.ok(
            "EnableEnhancedMonitoring",
            "{'StreamName':'s','ShardLevelMetrics':['IncomingBytes','OutgoingBytes']}");
    assertThat(enabled.getJsonArray("CurrentShardLevelMetrics")).isEmpty();
    assertThat(enabled.getJsonArray("DesiredShardLevelMetrics"))
        .containsExactlyInAnyOrder("IncomingBytes", "OutgoingBytes");
    JsonObject disabled =
        server.ok("DisableEnhancedMonitoring", "{'StreamName':'s','ShardLevelMetrics':['ALL']}");
    assertThat(disabled.getJsonArray("CurrentShardLevelMetrics")).hasSize(2);
    assertThat(disabled.getJsonArray("DesiredShardLevelMetrics")).isEmpty();
  }

  @Test
  void policiesOfStreamsAndConsumersAreKeptAsTheyWere() throws Exception {
    String consumer = register("c");
    for (String arn : List.of(ARN + "s", consumer)) {
      String policy =
          "{'Statement':{'Effect':'Deny','Principal':'*','Action':'kinesis:*','Resource':'*'}}";
      server.ok(
          "PutResourcePolicy",
          "{'ResourceARN':'%s','Policy':'%s'}",
          arn,
          policy.replace("'", "\\'"));
      assertThat(server.ok("GetResourcePolicy", "{'ResourceARN':'%s'}", arn).getString("Policy"))
          .isEqualTo(policy.replace('\'', '"'));
      server.ok("DeleteResourcePolicy", "{'ResourceARN':'%s'}", arn);
    }
  }

  private String register(String name) throws Exception {
    JsonObject consumer =
        server
            .ok("RegisterStreamConsumer", "{'StreamARN':'%ss','ConsumerName':'%s'}", ARN, name)
            .getJsonObject("Consumer");
    assertThat(consumer.getString("ConsumerStatus")).isEqualTo("CREATING");
    return consumer.getString("ConsumerARN");
  }

  @Test
  void consumersAreRegisteredListedAndDeregistered() throws Exception {
    String arn = register("c1");
    register("c2");
    register("c3");
    assertThat(
            server.refused(
                "RegisterStreamConsumer", "{'StreamARN':'%ss','ConsumerName':'c1'}", ARN))
        .isEqualTo(
            "ResourceInUseException: Consumer c1 under stream s already exists for account 000000000000.");
    assertThat(summary("s").getInteger("ConsumerCount")).isEqualTo(3);
    JsonObject described =
        server
            .ok("DescribeStreamConsumer", "{'ConsumerARN':'%s'}", arn)
            .getJsonObject("ConsumerDescription");
    assertThat(described.getString("ConsumerStatus")).isEqualTo("ACTIVE");
    assertThat(described.getString("StreamARN")).isEqualTo(ARN + "s");
    JsonObject page = server.ok("ListStreamConsumers", "{'StreamARN':'%ss','MaxResults':2}", ARN);
    assertThat(page.getJsonArray("Consumers")).hasSize(2);
    JsonArray rest =
        server
            .ok(
                "ListStreamConsumers",
                "{'StreamARN':'%ss','NextToken':'%s'}",
                ARN,
                page.getString("NextToken"))
            .getJsonArray("Consumers");
    assertThat(rest.getJsonObject(0).getString("ConsumerName")).isEqualTo("c3");
    server.pass(Duration.ofMinutes(6));
    assertThat(
            server.refused(
                "ListStreamConsumers",
                "{'StreamARN':'%ss','NextToken':'%s'}",
                ARN,
                page.getString("NextToken")))
        .startsWith("ExpiredNextTokenException");
    assertThat(server.refused("DeleteStream", "{'StreamName':'s'}"))
        .startsWith("ResourceInUseException");
    server.ok("DeregisterStreamConsumer", "{'StreamARN':'%ss','ConsumerName':'c1'}", ARN);
    assertThat(server.refused("DescribeStreamConsumer", "{'ConsumerARN':'%s'}", arn))
        .startsWith("ResourceNotFoundException");
    server.ok("DeleteStream", "{'StreamName':'s','EnforceConsumerDeletion':true}");
  }

  @Test
  void aStreamHasTwentyConsumersAtMost() throws Exception {
    for (int i = 0; i < 20; i++) {
      register("c" + i);
    }
    assertThat(
            server.refused(
                "RegisterStreamConsumer", "{'StreamARN':'%ss','ConsumerName':'more'}", ARN))
        .startsWith("LimitExceededException");
  }

  @Test
  void aCommitmentLastsADayAtLeastAndAllowsWarmThroughput() throws Exception {
    String status = "{'MinimumThroughputBillingCommitment':{'Status':'%s'}}";
    assertThat(commitment()).isEqualTo("DISABLED");
    server.ok("UpdateAccountSettings", status, "ENABLED");
    restart();
    assertThat(commitment()).isEqualTo("ENABLED");
    JsonObject warm =
        server.ok("UpdateStreamWarmThroughput", "{'StreamName':'d','WarmThroughputMiBps':100}");
    assertThat(warm.getJsonObject("WarmThroughput").getInteger("TargetMiBps")).isEqualTo(100);
    assertThat(summary("d").getJsonObject("WarmThroughput").getInteger("CurrentMiBps"))
        .isEqualTo(100);
    server.ok("UpdateAccountSettings", status, "DISABLED");
    assertThat(commitment()).isEqualTo("ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    server.pass(Duration.ofHours(25));
    assertThat(commitment()).isEqualTo("DISABLED");
  }

  private String commitment() throws Exception {
    return server
        .ok("DescribeAccountSettings", "{}")
        .getJsonObject("MinimumThroughputBillingCommitment")
        .getString("Status");
  }

  @Test
  void limitsCountProvisionedShardsAndOnDemandStreams() throws Exception {
    JsonObject limits = server.ok("DescribeLimits", "{}");
    assertThat(limits.getInteger("OpenShardCount")).isEqualTo(2);
    assertThat(limits.getInteger("OnDemandStreamCount")).isEqualTo(1);
  }

  @Test
  void aStreamThatDistributesItsRecordsNeedsNoKeysAndUsesAllItsShards() throws Exception {
    server.ok(
        "UpdateStreamRecordDistributionStrategy",
        "{'StreamARN':'%sd','RecordDistributionStrategy':'AUTO'}",
        ARN);
    Set<String> shards = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      shards.add(server.ok("PutRecord", "{'StreamName':'d','Data':'eA=='}").getString("ShardId"));
    }
    assertThat(shards).hasSize(4);
    assertThat(
            server
                .records(server.iterator("d", 0, "'TRIM_HORIZON'"))
                .getJsonObject(0)
                .containsKey("PartitionKey"))
        .isFalse();
    assertThat(server.refused("PutRecord", "{'StreamName':'s','Data':'eA=='}"))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value null at 'partitionKey' failed to satisfy constraint: Member must not be null");
  }

  @Test
  void controlCallsAreLimitedOnlyWhereThatIsAskedFor() throws Exception {
    for (int i = 0; i < 50; i++) {
      server.ok("DescribeLimits", "{}");
    }
    server.close();
    server = new TestingStandalone(data, "MILLRACE_CALL_LIMITS", "true");
    assertThat(refusals("DescribeLimits", "{}"))
        .containsOnly("LimitExceededException: Rate exceeded for account 000000000000.");
    assertThat(refusals("ListTagsForStream", "{\"StreamName\":\"s\"}"))
        .containsOnly(
            "LimitExceededException: Rate exceeded for stream s under account 000000000000.");
    server.ok("PutRecord", "{'StreamName':'s','PartitionKey':'k','Data':'eA=='}");
  }

  /** Makes more calls than any rate allows and returns the error of the rejected ones. */
  private List<String> refusals(String operation, String body) throws Exception {
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      TestingStandalone.HttpAnswer answer = server.call(operation, body);
      if (answer.status() != 200) {
        refusals.add(answer.error());
      }
    }
    assertThat(refusals).isNotEmpty();
    return refusals;
  }
}
