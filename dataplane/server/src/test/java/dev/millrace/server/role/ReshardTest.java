// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream keeps every record, in order, when it is resharded, and names the shards at which to
 * continue reading.
 */
class ReshardTest {
  private static final String HALF = "170141183460469231731687303715884105728";

  @TempDir private Path data;

  private static JsonArray shards(TestingStandalone server, String more) throws Exception {
    return server.ok("ListShards", "{'StreamName':'s'%s}", more).getJsonArray("Shards");
  }

  private static List<String> ids(JsonArray shards) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      ids.add(shards.getJsonObject(i).getString("ShardId"));
    }
    return ids;
  }

  /**
   * Puts as an SDK does, which retries a 503. The test's clock passes in steps of seconds, so a
   * batch that waits for its session may appear to have waited too long.
   */
  private static void putWithRetries(TestingStandalone server, String key, String text)
      throws Exception {
    String body =
        "{'StreamName':'s','PartitionKey':'%s','Data':'%s'}"
            .formatted(key, TestingStandalone.base64(text))
            .replace('\'', '"');
    TestingStandalone.HttpAnswer answer = server.call("PutRecord", body);
    for (int retries = 0; answer.status() == 503 && retries < 10; retries++) {
      answer = server.call("PutRecord", body);
    }
    assertThat(answer.status()).isEqualTo(200);
  }

  private static void put(TestingStandalone server, String key, String text) throws Exception {
    server.ok(
        "PutRecord",
        "{'StreamName':'s','PartitionKey':'%s','Data':'%s'}",
        key,
        TestingStandalone.base64(text));
  }

  /** Reads a stream as the client library does: parents first, children when a parent ends. */
  private static Map<String, List<String>> readThrough(TestingStandalone server) throws Exception {
    Map<String, List<String>> byKey = new HashMap<>();
    Deque<String> next = new ArrayDeque<>();
    Set<String> done = new HashSet<>();
    JsonArray all = shards(server, "");
    for (int i = 0; i < all.size(); i++) {
      if (!all.getJsonObject(i).containsKey("ParentShardId")) {
        next.add(all.getJsonObject(i).getString("ShardId"));
      }
    }
    while (!next.isEmpty()) {
      String shard = next.remove();
      JsonObject end = readToEnd(server, shard, byKey);
      done.add(shard);
      JsonArray children = end.getJsonArray("ChildShards", new JsonArray());
      for (int i = 0; i < children.size(); i++) {
        JsonObject child = children.getJsonObject(i);
        boolean ready =
            child.getJsonArray("ParentShards").stream().allMatch(parent -> done.contains(parent));
        if (ready) {
          next.add(child.getString("ShardId"));
        }
      }
    }
    return byKey;
  }

  /** The last answer: at the end of a closed shard, or empty at the tip of an open one. */
  private static JsonObject readToEnd(
      TestingStandalone server, String shard, Map<String, List<String>> byKey) throws Exception {
    String iterator =
        server
            .ok(
                "GetShardIterator",
                "{'StreamName':'s','ShardId':'%s','ShardIteratorType':'TRIM_HORIZON'}",
                shard)
            .getString("ShardIterator");
    while (true) {
      JsonObject answer = server.ok("GetRecords", "{'ShardIterator':'%s','Limit':7}", iterator);
      JsonArray records = answer.getJsonArray("Records");
      for (int i = 0; i < records.size(); i++) {
        JsonObject record = records.getJsonObject(i);
        byKey
            .computeIfAbsent(record.getString("PartitionKey"), key -> new ArrayList<>())
            .add(new String(record.getBinary("Data"), StandardCharsets.UTF_8));
      }
      if (!answer.containsKey("NextShardIterator")) {
        assertThat(answer.getJsonArray("ChildShards")).isNotEmpty();
        return answer;
      }
      assertThat(answer.containsKey("ChildShards")).isFalse();
      if (records.isEmpty()) {
        return answer;
      }
      iterator = answer.getString("NextShardIterator");
    }
  }

  @Test
  void aSplitShardEndsAndNamesItsChildren() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
      put(server, "k", "before");
      server.ok(
          "SplitShard",
          "{'StreamName':'s','ShardToSplit':'shardId-000000000000','NewStartingHashKey':'%s'}",
          HALF);
      put(server, "k", "after");
      JsonArray shards = shards(server, "");
      assertThat(ids(shards))
          .containsExactly("shardId-000000000000", "shardId-000000000001", "shardId-000000000002");
      assertThat(shards.getJsonObject(0).getJsonObject("SequenceNumberRange").fieldNames())
          .contains("EndingSequenceNumber");
      assertThat(shards.getJsonObject(1).getString("ParentShardId"))
          .isEqualTo("shardId-000000000000");
      assertThat(readThrough(server)).containsEntry("k", List.of("before", "after"));
    }
  }

  @Test
  void mergedShardsBothNameTheOneChild() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':2}");
      for (int i = 0; i < 20; i++) {
        put(server, "k" + i % 5, "a" + i);
      }
      server.ok(
          "MergeShards",
          "{'StreamName':'s','ShardToMerge':'shardId-000000000000','AdjacentShardToMerge':'shardId-000000000001'}");
      for (int i = 0; i < 20; i++) {
        put(server, "k" + i % 5, "b" + i);
      }
      JsonObject child = shards(server, "").getJsonObject(2);
      assertThat(child.getString("ParentShardId")).isEqualTo("shardId-000000000000");
      assertThat(child.getString("AdjacentParentShardId")).isEqualTo("shardId-000000000001");
      Map<String, List<String>> read = readThrough(server);
      for (int k = 0; k < 5; k++) {
        List<String> wanted = new ArrayList<>();
        for (String half : List.of("a", "b")) {
          for (int i = k; i < 20; i += 5) {
            wanted.add(half + i);
          }
        }
        assertThat(read.get("k" + k)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void listingsByTimeCoverEveryKeyOnceAtAnySecond() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      long created = server.now().getEpochSecond();
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':3}");
      for (int count : new int[] {5, 2, 6}) {
        server.pass(Duration.ofSeconds(10));
        server.ok(
            "UpdateShardCount",
            "{'StreamName':'s','TargetShardCount':%d,'ScalingType':'UNIFORM_SCALING'}",
            count);
      }
      server.pass(Duration.ofSeconds(10));
      for (long second = created; second <= server.now().getEpochSecond(); second++) {
        JsonArray at =
            shards(
                server, ",'ShardFilter':{'Type':'AT_TIMESTAMP','Timestamp':%d}".formatted(second));
        assertCoversEveryKeyOnce(at, "at " + (second - created));
      }
      assertThat(shards(server, ",'ShardFilter':{'Type':'AT_LATEST'}")).hasSize(6);
      assertThat(shards(server, ",'ShardFilter':{'Type':'AT_TRIM_HORIZON'}")).hasSize(3);
    }
  }

  private static void assertCoversEveryKeyOnce(JsonArray shards, String what) {
    SortedMap<BigInteger, BigInteger> ranges = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      JsonObject range = shards.getJsonObject(i).getJsonObject("HashKeyRange");
      ranges.put(
          new BigInteger(range.getString("StartingHashKey")),
          new BigInteger(range.getString("EndingHashKey")));
    }
    assertThat(ranges).as(what).hasSize(shards.size());
    BigInteger next = BigInteger.ZERO;
    for (Map.Entry<BigInteger, BigInteger> range : ranges.entrySet()) {
      assertThat(range.getKey()).as(what).isEqualTo(next);
      next = range.getValue().add(BigInteger.ONE);
    }
    assertThat(next).as(what).isEqualTo(BigInteger.TWO.pow(128));
  }

  /** Splits the one shard and merges the halves again, with records before, between and after. */
  private static void writeAcrossTwoSeams(TestingStandalone server) throws Exception {
    server.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
    int written = 0;
    for (String change :
        List.of(
            "SplitShard|{'StreamName':'s','ShardToSplit':'0','NewStartingHashKey':'" + HALF + "'}",
            "MergeShards|{'StreamName':'s','ShardToMerge':'1','AdjacentShardToMerge':'2'}",
            "DescribeLimits|{}")) {
      for (int i = 0; i < 12; i++) {
        server.pass(Duration.ofMillis(250));
        put(server, "k" + i % 4, String.valueOf(written++));
      }
      server.ok(change.split("\\|", -1)[0], change.split("\\|", -1)[1]);
    }
  }

  /** The arrival times of the records, in milliseconds, in the order of writing. */
  private static SortedMap<Integer, Long> arrivals(TestingStandalone server) throws Exception {
    SortedMap<Integer, Long> arrivals = new TreeMap<>();
    for (String shard : ids(shards(server, ""))) {
      String position = "'TRIM_HORIZON'";
      for (Object record : server.records(server.iterator("s", index(shard), position))) {
        JsonObject is = (JsonObject) record;
        arrivals.put(number(is), Math.round(is.getDouble("ApproximateArrivalTimestamp") * 1000));
      }
    }
    return arrivals;
  }

  private static int index(String shardId) {
    return Integer.parseInt(shardId.substring("shardId-".length()));
  }

  private static int number(JsonObject record) {
    return Integer.parseInt(new String(record.getBinary("Data"), StandardCharsets.UTF_8));
  }

  /** The records that a consumer reads when it starts at a time, as the client library does. */
  private static List<Integer> readFrom(TestingStandalone server, String timestamp)
      throws Exception {
    List<Integer> read = new ArrayList<>();
    Map<String, String> next = new LinkedHashMap<>();
    String at = ",'ShardFilter':{'Type':'AT_TIMESTAMP','Timestamp':" + timestamp + "}";
    for (String shard : ids(shards(server, at))) {
      next.put(shard, "'AT_TIMESTAMP','Timestamp':" + timestamp);
    }
    Set<String> ended = new HashSet<>();
    while (!next.isEmpty()) {
      String shard = next.keySet().iterator().next();
      String from = Objects.requireNonNull(next.remove(shard));
      String iterator =
          server
              .ok(
                  "GetShardIterator",
                  "{'StreamName':'s','ShardId':'%s','ShardIteratorType':%s}",
                  shard,
                  from)
              .getString("ShardIterator");
      JsonObject answer = server.ok("GetRecords", "{'ShardIterator':'%s'}", iterator);
      for (Object record : answer.getJsonArray("Records")) {
        read.add(number((JsonObject) record));
      }
      ended.add(shard);
      for (Object child : answer.getJsonArray("ChildShards", new JsonArray())) {
        JsonObject is = (JsonObject) child;
        // A parent that was not listed ended before the time.
        boolean waits =
            is.getJsonArray("ParentShards").stream()
                .anyMatch(parent -> next.containsKey(String.valueOf(parent)));
        if (!waits && !ended.contains(is.getString("ShardId"))) {
          next.putIfAbsent(is.getString("ShardId"), "'TRIM_HORIZON'");
        }
      }
    }
    Collections.sort(read);
    return read;
  }

  @Test
  void listingAndReadingFromTheSameMomentAgreeAtTheSeams() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      final long begun = server.now().toEpochMilli();
      writeAcrossTwoSeams(server);
      SortedMap<Integer, Long> arrivals = arrivals(server);
      assertThat(arrivals).hasSize(36);
      for (long millis = begun; millis <= server.now().toEpochMilli(); millis += 125) {
        String timestamp = "%d.%03d".formatted(millis / 1000, millis % 1000);
        List<Integer> wanted = new ArrayList<>();
        for (Map.Entry<Integer, Long> arrival : arrivals.entrySet()) {
          if (arrival.getValue() >= millis) {
            wanted.add(arrival.getKey());
          }
        }
        assertThat(readFrom(server, timestamp)).as(timestamp).isEqualTo(wanted);
      }
    }
  }

  @Test
  void eachFilterShowsItsShards() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      writeAcrossTwoSeams(server);
      long created = 1_700_000_000L;
      Map<String, List<Integer>> wanted = new LinkedHashMap<>();
      wanted.put("'Type':'FROM_TRIM_HORIZON'", List.of(0, 1, 2, 3));
      wanted.put("'Type':'AT_TRIM_HORIZON'", List.of(0));
      wanted.put("'Type':'AT_LATEST'", List.of(3));
      wanted.put("'Type':'AFTER_SHARD_ID','ShardId':'shardId-000000000001'", List.of(2, 3));
      wanted.put("'Type':'AFTER_SHARD_ID','ShardId':'1'", List.of(2, 3));
      // A time before the trim horizon means the trim horizon.
      wanted.put("'Type':'AT_TIMESTAMP','Timestamp':1", List.of(0));
      wanted.put("'Type':'FROM_TIMESTAMP','Timestamp':1", List.of(0, 1, 2, 3));
      wanted.put("'Type':'AT_TIMESTAMP','Timestamp':" + (created + 5), List.of(1, 2));
      wanted.put("'Type':'FROM_TIMESTAMP','Timestamp':" + (created + 5), List.of(1, 2, 3));
      wanted.put("'Type':'FROM_TIMESTAMP','Timestamp':" + (created + 9), List.of(3));
      for (Map.Entry<String, List<Integer>> each : wanted.entrySet()) {
        assertThat(ids(shards(server, ",'ShardFilter':{" + each.getKey() + "}")))
            .as(each.getKey())
            .extracting(ReshardTest::index)
            .isEqualTo(each.getValue());
      }
      String filter = "{'StreamName':'s','ShardFilter':{%s}}";
      assertThat(
              server.refused(
                  "ListShards", filter, "'Type':'AT_TIMESTAMP','Timestamp':" + (created + 60)))
          .startsWith("InvalidArgumentException");
      assertThat(server.refused("ListShards", filter, "'Type':'AFTER_SHARD_ID','ShardId':'abc'"))
          .isEqualTo(
              "ResourceNotFoundException: Could not find shard abc in stream s under account"
                  + " 000000000000.");
    }
  }

  @Test
  void aListingInPagesShowsTheShapeThatItBeganWith() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':4}");
      String open = "'ShardFilter':{'Type':'AT_LATEST'}";
      JsonObject first = server.ok("ListShards", "{'StreamName':'s','MaxResults':2,%s}", open);
      server.ok(
          "UpdateShardCount",
          "{'StreamName':'s','TargetShardCount':8,'ScalingType':'UNIFORM_SCALING'}");
      JsonObject second =
          server.ok("ListShards", "{'NextToken':'%s'}", first.getString("NextToken"));
      assertThat(second.containsKey("NextToken")).isFalse();
      assertThat(ids(second.getJsonArray("Shards")))
          .containsExactly("shardId-000000000002", "shardId-000000000003");
    }
  }

  @Test
  void writersAndReadersGoOnWhileTheShapeChanges() throws Exception {
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    Random random = new Random(seed);
    int writers = 3;
    try (TestingStandalone server = new TestingStandalone(data);
        ExecutorService pool = Executors.newFixedThreadPool(writers)) {
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':2}");
      AtomicBoolean enough = new AtomicBoolean();
      List<Future<Integer>> written = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        String key = "writer" + w;
        written.add(
            pool.submit(
                () -> {
                  int i = 0;
                  while (!enough.get()) {
                    putWithRetries(server, key, String.valueOf(i++));
                  }
                  return i;
                }));
      }
      for (int change = 0; change < 8; change++) {
        server.pass(Duration.ofSeconds(2));
        server.ok(
            "UpdateShardCount",
            "{'StreamName':'s','TargetShardCount':%d,'ScalingType':'UNIFORM_SCALING'}",
            1 + random.nextInt(9));
      }
      enough.set(true);
      List<Integer> counts = new ArrayList<>();
      for (Future<Integer> count : written) {
        counts.add(count.get());
      }
      Map<String, List<String>> read = readThrough(server);
      for (int w = 0; w < writers; w++) {
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < counts.get(w); i++) {
          wanted.add(String.valueOf(i));
        }
        assertThat(read.getOrDefault("writer" + w, List.of())).as("seed " + seed).isEqualTo(wanted);
      }
    }
  }

  @Test
  void theShapeAndItsRecordsSurviveARestart() throws Exception {
    try (TestingStandalone server = new TestingStandalone(data)) {
      server.ok("CreateStream", "{'StreamName':'s','ShardCount':1}");
      put(server, "k", "1");
      server.ok(
          "UpdateShardCount",
          "{'StreamName':'s','TargetShardCount':3,'ScalingType':'UNIFORM_SCALING'}");
      put(server, "k", "2");
    }
    try (TestingStandalone server = new TestingStandalone(data)) {
      put(server, "k", "3");
      assertThat(readThrough(server)).containsEntry("k", List.of("1", "2", "3"));
    }
  }
}
