// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams are created, described and deleted as by the service, including its error messages. */
class StreamsTest {
  @TempDir private Path folder;
  private TestingStandalone millrace;

  @BeforeEach
  void start() throws Exception {
    millrace = new TestingStandalone(folder.resolve("data"));
  }

  @AfterEach
  void stop() throws Exception {
    millrace.close();
  }

  private void create(String name, int shards) throws Exception {
    millrace.ok("CreateStream", "{'StreamName':'%s','ShardCount':%d}", name, shards);
  }

  @Test
  void aNewStreamIsShownWithItsShards() throws Exception {
    create("orders", 2);
    JsonObject stream =
        millrace.ok("DescribeStream", "{'StreamName':'orders'}").getJsonObject("StreamDescription");
    assertThat(stream.getString("StreamStatus")).isEqualTo("ACTIVE");
    assertThat(stream.getString("StreamARN"))
        .isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/orders");
    assertThat(stream.getBoolean("HasMoreShards")).isFalse();
    assertThat(stream.getLong("StreamCreationTimestamp")).isEqualTo(1_700_000_000L);
    assertThat(stream.getInteger("RetentionPeriodHours")).isEqualTo(24);
    assertThat(stream.getJsonArray("Shards")).hasSize(2);
    JsonObject shard = stream.getJsonArray("Shards").getJsonObject(1);
    assertThat(shard.getString("ShardId")).isEqualTo("shardId-000000000001");
    assertThat(shard.getJsonObject("HashKeyRange").getString("EndingHashKey"))
        .isEqualTo("340282366920938463463374607431768211455");
    assertThat(shard.containsKey("ParentShardId")).isFalse();
    assertThat(shard.getJsonObject("SequenceNumberRange").containsKey("EndingSequenceNumber"))
        .isFalse();
  }

  @Test
  void anOnDemandStreamStartsWithFourShards() throws Exception {
    millrace.ok(
        "CreateStream", "{'StreamName':'s','StreamModeDetails':{'StreamMode':'ON_DEMAND'}}");
    JsonObject summary =
        millrace
            .ok("DescribeStreamSummary", "{'StreamName':'s'}")
            .getJsonObject("StreamDescriptionSummary");
    assertThat(summary.getInteger("OpenShardCount")).isEqualTo(4);
    assertThat(summary.getJsonObject("StreamModeDetails").getString("StreamMode"))
        .isEqualTo("ON_DEMAND");
  }

  @Test
  void aStreamIsFoundByItsArnToo() throws Exception {
    create("orders", 1);
    millrace.ok(
        "DescribeStreamSummary",
        "{'StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/orders'}");
  }

  @Test
  void aDeletedStreamIsGoneAndItsNameIsFree() throws Exception {
    create("orders", 2);
    millrace.ok("PutRecord", "{'StreamName':'orders','PartitionKey':'k','Data':'AAAA'}");
    String iterator = millrace.iterator("orders", 0, "'TRIM_HORIZON'");
    millrace.ok("DeleteStream", "{'StreamName':'orders'}");
    assertThat(millrace.refused("DescribeStream", "{'StreamName':'orders'}"))
        .isEqualTo(
            "ResourceNotFoundException: Stream orders under account 000000000000 not found.");
    create("orders", 2);
    assertThat(millrace.refused("GetRecords", "{'ShardIterator':'%s'}", iterator))
        .isEqualTo(
            "ResourceNotFoundException: Shard shardId-000000000000 in stream orders under account"
                + " 000000000000 does not exist");
    assertThat(millrace.records(millrace.iterator("orders", 0, "'TRIM_HORIZON'"))).isEmpty();
    assertThat(millrace.records(millrace.iterator("orders", 1, "'TRIM_HORIZON'"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CreateStream|{'StreamName':'there','ShardCount':1}|ResourceInUseException: Stream there under account 000000000000 already exists.
          CreateStream|{'StreamName':'new'}|ValidationException: 1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be null
          CreateStream|{}|ValidationException: 2 validation errors detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be null; Value null at 'streamName' failed to satisfy constraint: Member must not be null
          CreateStream|{'StreamName':'new','ShardCount':1,'WarmThroughputMiBps':5}|ValidationException: WarmThroughputMiBps needs StreamMode ON_DEMAND.
          CreateStream|{'StreamName':'new','StreamModeDetails':{'StreamMode':'ON_DEMAND'},'WarmThroughputMiBps':5}|ValidationException: Warm throughput needs the account's minimum throughput billing commitment to be ENABLED.
          CreateStream|{'StreamName':'new','StreamModeDetails':{'StreamMode':'never'},'ShardCount':1}|ValidationException: 1 validation error detected: Value 'never' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]
          CreateStream|{'StreamName':'new','ShardCount':0}|ValidationException: 1 validation error detected: Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1
          CreateStream|{'StreamName':'new','ShardCount':1,'Tags':{'a*':'b'}}|InvalidArgumentException: Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.
          CreateStream|{'StreamName':'new','ShardCount':1,'Tags':{'a':'b%%'}}|InvalidArgumentException: Failed to add tags to stream new under account 000000000000 because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.
          CreateStream|{'StreamName':'new','ShardCount':20000}|LimitExceededException: This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: 1. Limit: 20000. Number of additional shards that would have resulted from this request: 20000. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.
          CreateStream|{'StreamName':'new','ShardCount':10001}|LimitExceededException: ShardCount 10001 exceeds the limit of 10000 shards for a stream.
          DeleteStream|{'StreamName':'none'}|ResourceNotFoundException: Stream none under account 000000000000 not found.
          DeleteStream|{}|InvalidArgumentException: Neither streamARN nor streamName was provided
          DescribeStream|{'StreamName':'there','StreamARN':'arn:aws:kinesis:us-east-1:000000000000:stream/other'}|InvalidArgumentException: StreamName there and StreamARN arn:aws:kinesis:us-east-1:000000000000:stream/other do not agree
          DescribeStream|{'StreamARN':'arn:aws:kinesis:us-east-1:111111111111:stream/there'}|ResourceNotFoundException: Stream there under account 111111111111 not found.
          DescribeStream|{'StreamName':5}|SerializationException: class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String
          ListShards|{}|InvalidArgumentException: Either NextToken or StreamName should be provided.
          ListShards|{'StreamName':'there','NextToken':'x'}|InvalidArgumentException: NextToken and StreamName cannot be provided together.
          ListShards|{'NextToken':'x'}|InvalidArgumentException: Invalid NextToken.
          ListShards|{'StreamName':'there','ShardFilter':{'Type':'AFTER_SHARD_ID'}}|InvalidArgumentException: ShardFilter AFTER_SHARD_ID must be given with a ShardId.
          ListShards|{'StreamName':'there','StreamCreationTimestamp':5}|ResourceNotFoundException: Stream there under account 000000000000 not found.
          CreateQueue|{'QueueName':'there'}|UnknownOperationException: Operation CreateQueue is not supported by this version of Millrace.
          """)
  void whatCannotBeDoneIsRefusedInTheServicesWords(String operation, String body, String error)
      throws Exception {
    create("there", 1);
    assertThat(millrace.refused(operation, body)).isEqualTo(error);
  }

  @Test
  void shardsAreListedPageByPage() throws Exception {
    create("wide", 250);
    List<String> listed = new ArrayList<>();
    JsonObject page = millrace.ok("ListShards", "{'StreamName':'wide','MaxResults':100}");
    while (true) {
      page.getJsonArray("Shards").forEach(s -> listed.add(((JsonObject) s).getString("ShardId")));
      String token = page.getString("NextToken");
      if (token == null) {
        break;
      }
      page = millrace.ok("ListShards", "{'NextToken':'%s','MaxResults':100}", token);
    }
    assertThat(listed).hasSize(250).doesNotHaveDuplicates().isSorted();

    JsonObject described =
        millrace.ok("DescribeStream", "{'StreamName':'wide'}").getJsonObject("StreamDescription");
    assertThat(described.getJsonArray("Shards")).hasSize(100);
    assertThat(described.getBoolean("HasMoreShards")).isTrue();
    JsonArray rest =
        millrace
            .ok(
                "DescribeStream",
                "{'StreamName':'wide','ExclusiveStartShardId':'shardId-000000000199'}")
            .getJsonObject("StreamDescription")
            .getJsonArray("Shards");
    assertThat(rest).hasSize(50);
  }

  @Test
  void streamsAreListedPageByPageInTheOrderOfTheirNames() throws Exception {
    for (String name : new String[] {"c", "a", "b"}) {
      create(name, 1);
    }
    JsonObject first = millrace.ok("ListStreams", "{'Limit':2}");
    assertThat(first.getJsonArray("StreamNames")).containsExactly("a", "b");
    assertThat(first.getBoolean("HasMoreStreams")).isTrue();
    JsonObject second =
        millrace.ok("ListStreams", "{'NextToken':'%s'}", first.getString("NextToken"));
    assertThat(second.getJsonArray("StreamNames")).containsExactly("c");
    assertThat(second.getBoolean("HasMoreStreams")).isFalse();
    assertThat(second.getJsonArray("StreamSummaries").getJsonObject(0).getString("StreamStatus"))
        .isEqualTo("ACTIVE");
    assertThat(
            millrace
                .ok("ListStreams", "{'ExclusiveStartStreamName':'a'}")
                .getJsonArray("StreamNames"))
        .containsExactly("b", "c");
  }

  @Test
  void aPageTokenLivesFiveMinutes() throws Exception {
    create("a", 1);
    create("b", 1);
    String token = millrace.ok("ListStreams", "{'Limit':1}").getString("NextToken");
    millrace.pass(Duration.ofMinutes(5));
    millrace.ok("ListStreams", "{'NextToken':'%s'}", token);
    millrace.pass(Duration.ofMillis(1));
    assertThat(millrace.refused("ListStreams", "{'NextToken':'%s'}", token))
        .startsWith("ExpiredNextTokenException: ");
  }

  @Test
  void withoutInstantACreationIsSeenToFinish() throws Exception {
    try (TestingStandalone patient =
        new TestingStandalone(folder.resolve("patient"), "MILLRACE_INSTANT", "false")) {
      patient.ok("CreateStream", "{'StreamName':'s','ShardCount':3}");
      String status = "";
      for (int looks = 0; looks < 10_000 && !status.equals("ACTIVE"); looks++) {
        status =
            patient
                .ok("DescribeStreamSummary", "{'StreamName':'s'}")
                .getJsonObject("StreamDescriptionSummary")
                .getString("StreamStatus");
        assertThat(status).isIn("CREATING", "ACTIVE");
      }
      assertThat(status).isEqualTo("ACTIVE");
    }
  }

  @Test
  void theStreamsOfAManifestFolderAreMadeAndTheirSettingsKept(@TempDir Path other)
      throws Exception {
    Path manifests = Files.createDirectory(other.resolve("manifests"));
    String manifest =
        """
        apiVersion: millrace.dev/v1alpha1
        kind: KinesisStream
        metadata: {name: orders}
        spec: {shardCount: 2, retentionPeriodHours: %d}
        """;
    String summary = "{'StreamName':'orders'}";
    Files.writeString(manifests.resolve("orders.yaml"), manifest.formatted(48));
    Path data = other.resolve("data");
    try (TestingStandalone server =
        new TestingStandalone(data, "MILLRACE_MANIFESTS", manifests.toString())) {
      JsonObject stream =
          server.ok("DescribeStreamSummary", summary).getJsonObject("StreamDescriptionSummary");
      assertThat(stream.getString("StreamStatus")).isEqualTo("ACTIVE");
      assertThat(stream.getInteger("OpenShardCount")).isEqualTo(2);
      assertThat(stream.getInteger("RetentionPeriodHours")).isEqualTo(48);
      server.ok("PutRecord", "{'StreamName':'orders','PartitionKey':'k','Data':'eA=='}");
    }
    Files.writeString(manifests.resolve("orders.yaml"), manifest.formatted(72));
    try (TestingStandalone server =
        new TestingStandalone(
            data,
            "MILLRACE_MANIFESTS",
            manifests.toString(),
            "MILLRACE_MASTER_KEYS",
            MasterKeyFolder.in(other).with("k").path().toString())) {
      JsonObject stream =
          server.ok("DescribeStreamSummary", summary).getJsonObject("StreamDescriptionSummary");
      assertThat(stream.getInteger("RetentionPeriodHours")).isEqualTo(72);
      int records =
          server.records(server.iterator("orders", 0, "'TRIM_HORIZON'")).size()
              + server.records(server.iterator("orders", 1, "'TRIM_HORIZON'")).size();
      assertThat(records).isEqualTo(1);
      server.ok(
          "StartStreamEncryption",
          "{'StreamName':'orders','EncryptionType':'KMS','KeyId':'alias/k'}");
      server.ok("AddTagsToStream", "{'StreamName':'orders','Tags':{'a':'b'}}");
    }
    try (TestingStandalone server =
        new TestingStandalone(data, "MILLRACE_MANIFESTS", manifests.toString())) {
      JsonObject stream =
          server.ok("DescribeStreamSummary", summary).getJsonObject("StreamDescriptionSummary");
      assertThat(stream.getString("KeyId"))
          .as("what a call has set and the manifest does not contain")
          .isEqualTo("alias/k");
      assertThat(server.ok("ListTagsForStream", summary).getJsonArray("Tags")).hasSize(1);
    }
    Files.writeString(
        manifests.resolve("orders.yaml"), manifest.formatted(72).replace("Count: 2", "Count: 3"));
    assertThatThrownBy(
            () -> new TestingStandalone(data, "MILLRACE_MANIFESTS", manifests.toString()))
        .hasMessageContaining("orders has 2 shards")
        .hasMessageContaining("its manifest wants 3");
  }
}
