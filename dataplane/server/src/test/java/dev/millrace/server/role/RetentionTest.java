// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records are kept for the retention period of their stream; a clock that jumps deletes none of
 * them.
 */
class RetentionTest {
  private static final String TRIM_HORIZON = "'TRIM_HORIZON'";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path data;

  private TestingStandalone server;

  @BeforeEach
  void start() throws Exception {
    server = new TestingStandalone(data);
    server.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void put(String text) throws Exception {
    server.ok(
        "PutRecord",
        "{'StreamName':'s','PartitionKey':'k','Data':'%s'}",
        TestingStandalone.base64(text));
  }

  private List<String> read() throws Exception {
    JsonArray records = server.records(server.iterator("s", 0, TRIM_HORIZON));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      texts.add(new String(records.getJsonObject(i).getBinary("Data"), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private void retention(String call, int hours) throws Exception {
    server.ok(
        call + "StreamRetentionPeriod", "{'StreamName':'s','RetentionPeriodHours':%d}", hours);
  }

  @Test
  void aLoweredPeriodTakesEffectAtOnceAndARaisedOneBringsNothingBack() throws Exception {
    retention("Increase", 48);
    put("old");
    server.pass(Duration.ofHours(30));
    put("new");
    assertThat(read()).containsExactly("old", "new");
    retention("Decrease", 24);
    assertThat(read()).containsExactly("new");
    retention("Increase", 100);
    assertThat(read()).containsExactly("new");
  }

  @Test
  void whatIsPastRetentionGoesByItself() throws Exception {
    put("old");
    server.pass(Duration.ofHours(25));
    put("new");
    server.keepRetention();
    assertThat(read()).containsExactly("new");
    server.pass(Duration.ofHours(25));
    server.keepRetention();
    assertThat(read()).isEmpty();
  }

  @Test
  void anIdleShardIsTrimmedOnceAndNotAgainAndAgain() throws Exception {
    put("old");
    server.pass(Duration.ofHours(25));
    server.keepRetention();
    String before = server.sequenceNumberOfNext("s");
    for (int i = 0; i < 5; i++) {
      server.pass(Duration.ofHours(1));
      server.keepRetention();
    }
    assertThat(TestingStandalone.counter(server.sequenceNumberOfNext("s")))
        .isEqualTo(TestingStandalone.counter(before) + 1);
  }

  @Test
  void aClosedShardLeavesTheListingWithItsLastRecord() throws Exception {
    put("old");
    server.ok(
        "UpdateShardCount",
        "{'StreamName':'s','TargetShardCount':2,'ScalingType':'UNIFORM_SCALING'}");
    server.pass(Duration.ofHours(23));
    server.keepRetention();
    assertThat(server.ok("ListShards", "{'StreamName':'s'}").getJsonArray("Shards")).hasSize(3);
    server.pass(Duration.ofHours(2));
    server.keepRetention();
    JsonArray shards = server.ok("ListShards", "{'StreamName':'s'}").getJsonArray("Shards");
    assertThat(shards).hasSize(2);
    assertThat(shards.getJsonObject(0).getString("ParentShardId"))
        .isEqualTo("shardId-000000000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT6M", "-PT6M", "P30D", "-P30D", "P400D"})
  void aClockThatJumpsDeletesNothingAndStopsWritesUntilItIsBack(String jump) throws Exception {
    put("kept");
    Duration by = Duration.parse(jump);
    server.jump(by);
    server.await("writes stop", PATIENCE, () -> !server.isReady());
    assertThat(server.refused("PutRecord", "{'StreamName':'s','PartitionKey':'k','Data':'eA=='}"))
        .contains("ServiceUnavailable", "clock");
    server.keepRetention();
    server.jump(by.negated());
    server.await("writes go on", PATIENCE, server::isReady);
    assertThat(read()).containsExactly("kept");
    put("more");
    assertThat(read()).containsExactly("kept", "more");
  }

  @Test
  void aLoweredPeriodTrimsNothingInTheMomentInWhichTheClockJumps() throws Exception {
    retention("Increase", 48);
    put("kept");
    server.jump(Duration.ofDays(30));
    retention("Decrease", 24);
    server.jump(Duration.ofDays(-30));
    server.await("writes go on", PATIENCE, server::isReady);
    assertThat(read()).containsExactly("kept");
  }

  @Test
  void arrivalTimesNeverFallWhenTheClockIsALittleBehind() throws Exception {
    put("a");
    server.pass(Duration.ofSeconds(-3));
    put("b");
    JsonArray records = server.records(server.iterator("s", 0, TRIM_HORIZON));
    assertThat(records.getJsonObject(1).getDouble("ApproximateArrivalTimestamp"))
        .isEqualTo(records.getJsonObject(0).getDouble("ApproximateArrivalTimestamp"));
  }

  /** More than the queue of reads can hold. */
  @Test
  void theShardsOfALargeStreamAreAllTrimmedAndRetired() throws Exception {
    server.ok("CreateStream", "{'StreamName':'large','ShardCount':1500}");
    server.ok(
        "MergeShards", "{'StreamName':'large','ShardToMerge':'0','AdjacentShardToMerge':'1'}");
    server.pass(Duration.ofHours(26));
    server.keepRetention();
    assertThat(
            server
                .ok("ListShards", "{'StreamName':'large','MaxResults':1}")
                .getJsonArray("Shards")
                .getJsonObject(0)
                .getString("ShardId"))
        .isEqualTo("shardId-000000000002");
  }
}
