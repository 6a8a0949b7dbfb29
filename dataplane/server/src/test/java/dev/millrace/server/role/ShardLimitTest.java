// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An account never exceeds its limit of open shards, whichever call would add them. */
class ShardLimitTest {
  private static final String EXCEEDED =
      "LimitExceededException: This request would exceed the shard limit for the account"
          + " 000000000000 in us-east-1. Current shard count for the account: %d. Limit: %d. Number"
          + " of additional shards that would have resulted from this request: %d. Refer to the AWS"
          + " Service Limits page"
          + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current"
          + " limits and how to request higher limits.";

  @TempDir private Path data;

  private TestingStandalone server;

  @BeforeEach
  void start() throws Exception {
    start(4);
    server.ok("CreateStream", "{'StreamName':'s','ShardCount':3}");
    server.ok("CreateStream", "{'StreamName':'d','StreamModeDetails':{'StreamMode':'ON_DEMAND'}}");
  }

  private void start(int limit) throws Exception {
    server = new TestingStandalone(data, "MILLRACE_SHARD_LIMIT", Integer.toString(limit));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void shardsOfOnDemandStreamsDoNotCount() throws Exception {
    JsonObject limits = server.ok("DescribeLimits", "{}");
    assertThat(limits.getInteger("ShardLimit")).isEqualTo(4);
    assertThat(limits.getInteger("OpenShardCount")).isEqualTo(3);
    assertThat(limits.getInteger("OnDemandStreamCount")).isEqualTo(1);
  }

  @Test
  void aNewStreamFitsToTheLastShard() throws Exception {
    assertThat(server.refused("CreateStream", "{'StreamName':'t','ShardCount':2}"))
        .isEqualTo(EXCEEDED.formatted(3, 4, 2));
    assertThat(server.refused("CreateStream", "{'StreamName':'t','ShardCount':2147483647}"))
        .isEqualTo(EXCEEDED.formatted(3, 4, Integer.MAX_VALUE));
    server.ok("CreateStream", "{'StreamName':'t','ShardCount':1}");
    assertThat(server.refused("CreateStream", "{'StreamName':'u','ShardCount':1}"))
        .isEqualTo(EXCEEDED.formatted(4, 4, 1));
    server.ok("DeleteStream", "{'StreamName':'t'}");
    server.ok("CreateStream", "{'StreamName':'u','ShardCount':1}");
  }

  @Test
  void noMoreShardsAreCreatedThanOpenFilesAllow() throws Exception {
    server.close();
    // 512 for the process, 256 for its tables, 100 connections, 9 for shards: 7 are stored.
    server =
        new TestingStandalone(
            data,
            new ProcessLimits(512 + 256 + 100 + 9, 1L << 40),
            "MILLRACE_MAX_CONNECTIONS",
            "100");
    String error =
        "LimitExceededException: This process can store at most 9 shards, as follows from its limits"
            + " on open files and memory. It stores %d, closed ones included; the request would add"
            + " %d.";
    assertThat(server.refused("CreateStream", "{'StreamName':'t','ShardCount':3}"))
        .isEqualTo(error.formatted(7, 3));
    assertThat(
            server.refused(
                "UpdateShardCount",
                "{'StreamName':'s','TargetShardCount':6,'ScalingType':'UNIFORM_SCALING'}"))
        .isEqualTo(error.formatted(7, 6));
    server.ok("CreateStream", "{'StreamName':'t','ShardCount':2}");
    assertThat(
            server.refused(
                "MergeShards",
                "{'StreamName':'s','ShardToMerge':'shardId-000000000000','AdjacentShardToMerge':'shardId-000000000001'}"))
        .isEqualTo(error.formatted(9, 1));
  }

  @Test
  void closedShardsDoNotCount() throws Exception {
    server.ok(
        "MergeShards",
        "{'StreamName':'s','ShardToMerge':'shardId-000000000000','AdjacentShardToMerge':'shardId-000000000001'}");
    server.ok("CreateStream", "{'StreamName':'t','ShardCount':2}");
  }

  @Test
  void aSplitAddsOneShard() throws Exception {
    String split = "{'StreamName':'s','ShardToSplit':'shardId-%012d','NewStartingHashKey':'%d'}";
    server.ok("SplitShard", split, 0, 1000);
    assertThat(server.refused("SplitShard", split, 3, 500)).isEqualTo(EXCEEDED.formatted(4, 4, 1));
  }

  @Test
  void anUpdateAddsTheDifference() throws Exception {
    String update = "{'StreamName':'s','TargetShardCount':%d,'ScalingType':'UNIFORM_SCALING'}";
    assertThat(server.refused("UpdateShardCount", update, 5))
        .isEqualTo(EXCEEDED.formatted(3, 4, 2));
    server.ok("UpdateShardCount", update, 4);
  }

  @Test
  void underALoweredLimitStreamsMayStillShrink() throws Exception {
    server.close();
    start(1);
    String update = "{'StreamName':'s','TargetShardCount':%d,'ScalingType':'UNIFORM_SCALING'}";
    server.ok("UpdateShardCount", update, 3);
    server.ok("UpdateShardCount", update, 2);
    assertThat(server.refused("UpdateShardCount", update, 3))
        .isEqualTo(EXCEEDED.formatted(2, 1, 1));
  }

  /** The limit is checked after the existence of the shard and before the hash key. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          CreateStream|{'StreamName':'s','ShardCount':9}|ResourceInUseException
          SplitShard|{'StreamName':'none','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'1000'}|ResourceNotFoundException
          SplitShard|{'StreamName':'s','ShardToSplit':'shardId-000000000009','NewStartingHashKey':'1000'}|ResourceNotFoundException
          SplitShard|{'StreamName':'s','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'1'}|LimitExceededException
          SplitShard|{'StreamName':'d','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'1000'}|ValidationException
          UpdateShardCount|{'StreamName':'none','TargetShardCount':9,'ScalingType':'UNIFORM_SCALING'}|ResourceNotFoundException
          UpdateShardCount|{'StreamName':'d','TargetShardCount':9,'ScalingType':'UNIFORM_SCALING'}|ValidationException
          """)
  void theLimitHasItsPlaceAmongTheChecks(String operation, String body, String error)
      throws Exception {
    server.ok("CreateStream", "{'StreamName':'full','ShardCount':1}");
    assertThat(server.refused(operation, body)).startsWith(error + ": ");
  }
}
