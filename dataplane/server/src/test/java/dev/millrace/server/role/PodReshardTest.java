// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.PodReport.HostedShard;
import dev.millrace.core.report.ReshardPlan;
import dev.millrace.core.report.ReshardPlan.GroupMember;
import dev.millrace.core.report.ReshardPlan.PlannedShard;
import dev.millrace.core.report.ReshardProgress;
import dev.millrace.core.report.ReshardStep;
import dev.millrace.core.reshard.ReshardPlanner;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.Lineage;
import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamShape;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.rpc.RemoteLeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reshard over real shard pods, each with its own disk and Raft group. The first seal is asked
 * for, as the operator does; what follows the pods do by themselves.
 */
class PodReshardTest {
  private static final StreamId STREAM = new StreamId(0x1234_5678_9abc_def0L);
  private static final long SECOND = 1_700_000_000L;
  private static final int BYTES = 1 << 20;
  private static final long DISK_RESERVE_MIB = 64;

  /** More than is left on the disk of the test. */
  private static final long MOST_RESERVE_MIB = 1 << 20;

  private static final String PARENTS = "parents";
  private static final String CHILDREN = "children";

  @TempDir private Path folder;

  private final TestingVertx testingVertx = new TestingVertx();
  private final ReadPool reads = new ReadPool(2, 100);
  private final Map<String, ShardPod> pods = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<ShardRef, String> published = new HashMap<>();
  private final Map<String, String> shared = new HashMap<>();
  private final RemoteLeader leader =
      new RemoteLeader(
          testingVertx.vertx(), this::routes, reads, System::nanoTime, Optional.empty());
  private final SessionWriter writer =
      new SessionWriter(leader, PodReshardTest::later, System::nanoTime);

  private static void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }

  /** Only the parents are published. */
  private List<String> routes(ShardRef shard) {
    return Optional.ofNullable(published.get(shard))
        .map(pod -> List.of("127.0.0.1:" + ports.get(pod)))
        .orElse(List.of());
  }

  @AfterEach
  void close() throws IOException {
    leader.close();
    for (ShardPod pod : pods.values()) {
      pod.close();
    }
    reads.close();
    testingVertx.close();
  }

  private ShardPod start(String name) throws IOException {
    return start(name, DISK_RESERVE_MIB);
  }

  private ShardPod start(String name, long diskReserveMib) throws IOException {
    ShardPod pod =
        TestingShardPod.start(
            folder.resolve(name),
            testingVertx.vertx(),
            Clocks.system(),
            "MILLRACE_RPC_PORT",
            String.valueOf(ports.getOrDefault(name, 0)),
            "MILLRACE_DISK_RESERVE_MIB",
            String.valueOf(diskReserveMib));
    pods.put(name, pod);
    ports.put(name, pod.port(0));
    return pod;
  }

  private void stop(String name) throws IOException {
    Optional.ofNullable(pods.remove(name)).orElseThrow().close();
  }

  /** A pod with a group of the same name, which hosts these shards. */
  private void pod(String name, List<ShardDefinition> shards) throws IOException {
    ShardPod pod = start(name);
    done(pod.admin(0).form(new GroupFormation(pod.admin(0).report().disk(), group(name))));
    done(pod.admin(0).assign(TestingShardPod.assignment(STREAM, "none", shards)));
  }

  private static String group(String pod) {
    return UUID.nameUUIDFromBytes(pod.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Parents and children, a pod each, ready for the fence. */
  private ReshardPlan prepared(int from, int to) throws IOException {
    List<ShardDefinition> parents = parents(from);
    for (ShardDefinition parent : parents) {
      pod(parent.id().toString(), List.of(parent));
      published.put(new ShardRef(STREAM, parent.id()), parent.id().toString());
    }
    Lineage lineage = ReshardPlanner.toCount(new StreamShape(parents, from), to).orElseThrow();
    for (Lineage.Born child : lineage.born()) {
      if (child.stays()) {
        pod(child.id().toString(), List.of());
      }
    }
    return plan(lineage, parents);
  }

  /** The parts of a reshard whose parents share a pod, as do their children. */
  private List<ReshardPlan> preparedInTwoPods(int from, int to) throws IOException {
    List<ShardDefinition> parents = parents(from);
    parents.forEach(parent -> published.put(new ShardRef(STREAM, parent.id()), PARENTS));
    pod(PARENTS, parents);
    pod(CHILDREN, List.of());
    Lineage lineage = ReshardPlanner.toCount(new StreamShape(parents, from), to).orElseThrow();
    lineage.closing().forEach(id -> shared.put(id.toString(), PARENTS));
    lineage.born().forEach(child -> shared.put(child.id().toString(), CHILDREN));
    return lineage.parts().stream().map(part -> plan(part, parents)).toList();
  }

  private static List<ShardDefinition> parents(int count) {
    List<ShardDefinition> parents = new ArrayList<>();
    for (HashKeyRange range : HashKeyRange.uniform(count)) {
      parents.add(new ShardDefinition(new ShardId(parents.size()), range, List.of(), SECOND));
    }
    return parents;
  }

  private ReshardPlan plan(Lineage lineage, List<ShardDefinition> parents) {
    return new ReshardPlan(
        STREAM.toString(),
        2,
        lineage.closing().stream()
            .map(id -> planned(id, parents.get(id.index()).range(), List.of(), true))
            .toList(),
        lineage.born().stream()
            .map(child -> planned(child.id(), child.range(), child.parents(), child.stays()))
            .toList());
  }

  private PlannedShard planned(
      ShardId id, HashKeyRange range, List<ShardId> parents, boolean isReal) {
    String name = podOf(id.toString());
    return new PlannedShard(
        id.toString(),
        range.starting().toString(),
        range.ending().toString(),
        parents.stream().map(ShardId::toString).toList(),
        isReal ? group(name) : "",
        isReal
            ? List.of(new GroupMember(name, List.of("127.0.0.1:" + ports.get(name))))
            : List.of());
  }

  private ShardPod hosting(PlannedShard shard) {
    return Optional.ofNullable(pods.get(podOf(shard.shardId()))).orElseThrow();
  }

  /** The pod of a shard has its name, unless it shares one. */
  private String podOf(String shard) {
    return shared.getOrDefault(shard, shard);
  }

  private Optional<HostedShard> report(PlannedShard shard) {
    return hosting(shard).admin(0).report().shards().stream()
        .filter(hosted -> hosted.shardId().equals(shard.shardId()))
        .findFirst();
  }

  private AppendOutcome append(ShardRef shard, String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    RecordBatch.Builder batch = new RecordBatch.Builder(64);
    batch.add(data, data, 0, data.length);
    return done(writer.append(shard, batch.build()));
  }

  private List<String> read(ShardRef shard) {
    return done(
        leader.read(
            shard,
            0,
            1000,
            BYTES,
            result ->
                ((ReadResult.RecordPage) result)
                    .records().stream().map(PodReshardTest::dataOf).toList()));
  }

  private static String dataOf(StoredRecord record) {
    return StandardCharsets.UTF_8.decode(record.data().duplicate()).toString();
  }

  private void awaitSuccessors(ShardRef parent, int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (done(leader.successors(parent)).size() != count) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
    }
  }

  /** Asks for a reshard, which must not begin, until it is rejected for a reason. */
  private void awaitRejection(ReshardPlan plan, String reason) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String found = "";
    while (!found.contains(reason)) {
      assertThat(System.nanoTime()).as("time; rejected with %s", found).isLessThan(deadline);
      found =
          done(
              hosting(plan.coordinator())
                  .admin(0)
                  .reshard(new ReshardStep(plan, Map.of(), false))
                  .handle(
                      (progress, failure) ->
                          failure == null ? "begun" : String.valueOf(failure.getMessage())));
      assertThat(found).isNotEqualTo("begun");
    }
  }

  @Test
  void aWriterFollowsTheLeaderOfASealedShardToItsChildrenBeforeAnythingIsPublished()
      throws Exception {
    ReshardPlan plan = prepared(1, 3);
    ShardRef parent = plan.ref(plan.coordinator());
    assertThat(append(parent, "before")).isInstanceOf(Outcome.Appended.class);
    assertThat(done(leader.successors(parent))).isEmpty();
    done(hosting(plan.coordinator()).admin(0).reshard(new ReshardStep(plan, Map.of(), false)));
    assertThat(append(parent, "refused")).isInstanceOf(Outcome.Sealed.class);
    awaitSuccessors(parent, 3);
    for (ShardDefinition child : done(leader.successors(parent))) {
      ShardRef ref = new ShardRef(STREAM, child.id());
      assertThat(append(ref, "after")).isInstanceOf(Outcome.Appended.class);
      assertThat(read(ref)).containsExactly("after");
    }
    assertThat(read(parent)).containsExactly("before");
  }

  @Test
  void allParentsAreSealedBeforeAnyChildOpensAndAllChildrenBeginInTheSameSecond() throws Exception {
    ReshardPlan plan = prepared(2, 3);
    ShardRef other = plan.ref(plan.closing().getLast());
    append(other, "kept");
    done(hosting(plan.coordinator()).admin(0).reshard(new ReshardStep(plan, Map.of(), false)));
    awaitSuccessors(other, plan.opening().size());
    long latest = 0;
    for (PlannedShard parent : plan.closing()) {
      latest = Math.max(latest, report(parent).map(HostedShard::closeSecond).orElseThrow());
    }
    long second = latest + 1;
    assertThat(plan.opening())
        .allSatisfy(
            child -> assertThat(report(child).map(HostedShard::creationSecond)).contains(second));
    assertThat(read(other)).containsExactly("kept");
  }

  @Test
  void sixteenShardsOfOnePodBecomeTwentyOfAnotherAndKeepTheirRecords() throws Exception {
    List<ReshardPlan> parts = preparedInTwoPods(16, 20);
    assertThat(parts).hasSize(4);
    for (ReshardPlan part : parts) {
      part.closing().forEach(parent -> append(part.ref(parent), "kept by " + parent.shardId()));
    }
    for (ReshardPlan part : parts) {
      done(hosting(part.coordinator()).admin(0).reshard(new ReshardStep(part, Map.of(), false)));
    }
    for (ReshardPlan part : parts) {
      for (PlannedShard parent : part.closing()) {
        ShardRef ref = part.ref(parent);
        append(ref, "refused");
        assertThat(read(ref)).containsExactly("kept by " + parent.shardId());
      }
      awaitSuccessors(part.ref(part.coordinator()), part.opening().size());
      for (PlannedShard child : part.opening()) {
        published.put(part.ref(child), CHILDREN);
        assertThat(append(part.ref(child), "after")).isInstanceOf(Outcome.Appended.class);
        assertThat(read(part.ref(child))).containsExactly("after");
      }
    }
  }

  @Test
  void aCoordinatorThatRestartsAfterTheFenceCompletesTheReshardByItself() throws Exception {
    ReshardPlan plan = prepared(2, 1);
    PlannedShard lost = plan.closing().getLast();
    String first = plan.coordinator().shardId();
    // A step that does not begin the reshard: it only seals, like a process that stops after that.
    done(
        hosting(plan.coordinator())
            .admin(0)
            .reshard(new ReshardStep(plan, Map.of(first, 0L), false)));
    stop(first);
    assertThat(report(lost).map(HostedShard::closeSecond)).isEmpty();
    start(first);
    awaitSuccessors(plan.ref(lost), 1);
    assertThat(report(lost).map(HostedShard::closeSecond)).isPresent();
    assertThat(report(plan.opening().getFirst())).isPresent();
  }

  @Test
  void nothingIsSealedWhileAGroupOfTheReshardIsNotReached() throws Exception {
    ReshardPlan plan = prepared(2, 1);
    ShardRef first = plan.ref(plan.coordinator());
    PlannedShard child = plan.opening().getFirst();
    stop(child.shardId());
    assertThat(hosting(plan.coordinator()).admin(0).reshard(new ReshardStep(plan, Map.of(), false)))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("is not reached");
    assertThat(append(first, "still open")).isInstanceOf(Outcome.Appended.class);
    start(child.shardId());
    done(hosting(plan.coordinator()).admin(0).reshard(new ReshardStep(plan, Map.of(), false)));
    awaitSuccessors(first, 1);
  }

  @Test
  void nothingIsSealedWhileTheDiskOfAGroupOfTheReshardIsFull() throws Exception {
    assumeThat(folder.toFile().getUsableSpace() >> 20).isLessThan(MOST_RESERVE_MIB);
    ReshardPlan plan = prepared(2, 1);
    ShardRef first = plan.ref(plan.coordinator());
    PlannedShard child = plan.opening().getFirst();
    stop(child.shardId());
    start(child.shardId(), MOST_RESERVE_MIB);
    awaitRejection(plan, "too little space is left on the disk");
    assertThat(append(first, "still open")).isInstanceOf(Outcome.Appended.class);
    stop(child.shardId());
    start(child.shardId());
    done(hosting(plan.coordinator()).admin(0).reshard(new ReshardStep(plan, Map.of(), false)));
    awaitSuccessors(first, 1);
  }

  @Test
  void aStepBeforeTheFenceSealsNothing() throws Exception {
    ReshardPlan plan = prepared(2, 1);
    PlannedShard other = plan.closing().getLast();
    ReshardProgress progress =
        done(hosting(other).admin(0).reshard(new ReshardStep(plan, Map.of(), false)));
    assertThat(progress.sealed()).isEmpty();
    assertThat(append(plan.ref(other), "still open")).isInstanceOf(Outcome.Appended.class);
  }
}
