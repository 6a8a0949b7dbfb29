// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With profile aws a shard has the service's throughput and error messages. */
class LimitsTest {
  private static final String LOWER = "0";
  private static final String UPPER = "340282366920938463463374607431768211455";
  private static final String EXCEEDED =
      "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in"
          + " stream s under account 000000000000.";
  private static final int MIB = 1 << 20;

  @TempDir private Path data;

  private TestingStandalone server;

  @BeforeEach
  void start() throws Exception {
    server = new TestingStandalone(data, "MILLRACE_LIMITS", "aws", "MILLRACE_CALL_LIMITS", "true");
    server.ok("CreateStream", "{'StreamName':'s','ShardCount':2}");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void updateShardCountDoublesOrHalvesTenTimesADay() throws Exception {
    String update = "{'StreamName':'s','TargetShardCount':%d,'ScalingType':'UNIFORM_SCALING'}";
    assertThat(server.refused("UpdateShardCount", update, 5))
        .isEqualTo(
            "LimitExceededException: UpdateShardCount cannot scale up over double your current open"
                + " shard count. Current open shard count: 2 Target shard count: 5");
    for (int call = 0; call < 10; call++) {
      server.pass(Duration.ofMinutes(1));
      server.ok("UpdateShardCount", update, call % 2 == 0 ? 4 : 2);
      server.await("s is active", Duration.ofSeconds(30), this::isActive);
    }
    server.pass(Duration.ofMinutes(1));
    assertThat(server.refused("UpdateShardCount", update, 4))
        .isEqualTo(
            "LimitExceededException: UpdateShardCount cannot scale a stream more than 10 times in 24"
                + " hours.");
    server.ok("UpdateShardCount", update, 2);
    server.pass(Duration.ofHours(24));
    server.ok("UpdateShardCount", update, 4);
  }

  private boolean isActive() {
    try {
      return server
          .ok("DescribeStreamSummary", "{'StreamName':'s'}")
          .getJsonObject("StreamDescriptionSummary")
          .getString("StreamStatus")
          .equals("ACTIVE");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts small records: first the given number to the lower shard, then to the upper one. */
  private JsonObject put(int lower, int upper) throws Exception {
    JsonArray records = new JsonArray();
    for (int i = 0; i < lower + upper; i++) {
      records.add(
          new JsonObject()
              .put("Data", "eA==")
              .put("PartitionKey", "k")
              .put("ExplicitHashKey", i < lower ? LOWER : UPPER));
    }
    return server.ok(
        "PutRecords", new JsonObject().put("StreamName", "s").put("Records", records).encode());
  }

  @Test
  void aThousandRecordsASecondAndTheRestFailOneByOne() throws Exception {
    assertThat(put(500, 0).getInteger("FailedRecordCount")).isZero();
    JsonObject answer = put(400, 100);
    assertThat(answer.getInteger("FailedRecordCount")).isZero();
    answer = put(250, 250);
    assertThat(answer.getInteger("FailedRecordCount")).isEqualTo(150);
    JsonArray results = answer.getJsonArray("Records");
    for (int i = 0; i < 500; i++) {
      JsonObject result = results.getJsonObject(i);
      boolean throttled = i >= 100 && i < 250;
      assertThat(result.fieldNames())
          .isEqualTo(
              throttled
                  ? java.util.Set.of("ErrorCode", "ErrorMessage")
                  : java.util.Set.of("SequenceNumber", "ShardId"));
      if (throttled) {
        assertThat(result.getString("ErrorCode") + ": " + result.getString("ErrorMessage"))
            .isEqualTo(EXCEEDED);
      }
    }
    server.pass(Duration.ofMillis(500));
    assertThat(put(500, 0).getInteger("FailedRecordCount")).isZero();
    assertThat(
            server.refused(
                "PutRecord",
                "{'StreamName':'s','PartitionKey':'k','Data':'eA==','ExplicitHashKey':'0'}"))
        .isEqualTo(EXCEEDED);
  }

  @Test
  void fiveReadsASecondOfAShard() throws Exception {
    String iterator = server.iterator("s", 0, "'TRIM_HORIZON'");
    String other = server.iterator("s", 1, "'TRIM_HORIZON'");
    for (int i = 0; i < 5; i++) {
      server.records(iterator);
    }
    assertThat(server.refused("GetRecords", "{'ShardIterator':'%s'}", iterator))
        .isEqualTo(EXCEEDED);
    server.records(other);
    server.pass(Duration.ofMillis(200));
    server.records(iterator);
  }

  @Test
  void aReadOfTenMebibytesIsTheLastForFiveSeconds() throws Exception {
    String data = TestingStandalone.base64("x".repeat(MIB - 1));
    for (int i = 0; i < 11; i++) {
      server.ok(
          "PutRecord",
          "{'StreamName':'s','PartitionKey':'k','ExplicitHashKey':'0','Data':'%s'}",
          data);
      server.pass(Duration.ofSeconds(1));
    }
    String iterator = server.iterator("s", 0, "'TRIM_HORIZON'");
    assertThat(server.records(iterator)).hasSize(10);
    server.pass(Duration.ofMillis(4_900));
    assertThat(server.refused("GetRecords", "{'ShardIterator':'%s'}", iterator))
        .isEqualTo(EXCEEDED);
    server.pass(Duration.ofMillis(100));
    assertThat(server.records(iterator)).hasSize(10);
  }

  @Test
  void aMebibyteASecondIsWritten() throws Exception {
    String half = TestingStandalone.base64("x".repeat(MIB / 2 - 1));
    String body = "{'StreamName':'s','PartitionKey':'k','ExplicitHashKey':'0','Data':'%s'}";
    server.ok("PutRecord", body, half);
    server.ok("PutRecord", body, half);
    assertThat(server.refused("PutRecord", body, half)).isEqualTo(EXCEEDED);
    server.pass(Duration.ofMillis(500));
    server.ok("PutRecord", body, half);
  }

  @Test
  void fiveIteratorsASecondOfAShard() throws Exception {
    for (int i = 0; i < 5; i++) {
      server.iterator("s", 0, "'LATEST'");
    }
    assertThat(
            server.refused(
                "GetShardIterator",
                "{'StreamName':'s','ShardId':'shardId-0','ShardIteratorType':'LATEST'}"))
        .isEqualTo(EXCEEDED);
    server.iterator("s", 1, "'LATEST'");
    server.pass(Duration.ofMillis(200));
    server.iterator("s", 0, "'LATEST'");
  }

  @Test
  void oneSubscriptionASecondOfAConsumerToAShard() throws Exception {
    String arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1";
    String body = "{'ConsumerARN':'%s','ShardId':'%d','StartingPosition':{'Type':'LATEST'}}";
    assertThat(server.refused("SubscribeToShard", body, arn, 0))
        .startsWith("ResourceNotFoundException");
    assertThat(server.refused("SubscribeToShard", body, arn, 0))
        .isEqualTo(
            "LimitExceededException: Rate exceeded for stream s under account 000000000000.");
    assertThat(server.refused("SubscribeToShard", body, arn, 1))
        .startsWith("ResourceNotFoundException");
    server.pass(Duration.ofSeconds(1));
    assertThat(server.refused("SubscribeToShard", body, arn, 0))
        .startsWith("ResourceNotFoundException");
  }
}
