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
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream whose shards change keeps every record, in order, and shows where reading goes on. */
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

  private static void put(TestingStandalone server, String key, String text) throws Exception {
    server.ok(
        "PutRecord",
        "{'StreamName':'s','PartitionKey':'%s','Data':'%s'}",
        key,
        TestingStandalone.base64(text));
  }

  /** Reads a stream as a consumer library does: parents first, children when a parent ends. */
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

  /** The answer that ended the shard, or that was empty at the tip of an open one. */
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
        assertThat(width(at)).as("at " + (second - created)).isEqualTo(BigInteger.TWO.pow(128));
      }
      assertThat(shards(server, ",'ShardFilter':{'Type':'AT_LATEST'}")).hasSize(6);
      assertThat(shards(server, ",'ShardFilter':{'Type':'AT_TRIM_HORIZON'}")).hasSize(3);
    }
  }

  private static BigInteger width(JsonArray shards) {
    BigInteger width = BigInteger.ZERO;
    for (int i = 0; i < shards.size(); i++) {
      JsonObject range = shards.getJsonObject(i).getJsonObject("HashKeyRange");
      width =
          width
              .add(new BigInteger(range.getString("EndingHashKey")))
              .subtract(new BigInteger(range.getString("StartingHashKey")))
              .add(BigInteger.ONE);
    }
    return width;
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
                    put(server, key, String.valueOf(i++));
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
