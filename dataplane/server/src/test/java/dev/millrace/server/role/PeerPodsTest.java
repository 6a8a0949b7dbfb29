// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.AppendOutcome;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.Halt;
import dev.millrace.core.port.ShardReader.StoredRecord;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.record.RecordProtection;
import dev.millrace.core.report.AcceptedLoss;
import dev.millrace.core.report.GroupFormation;
import dev.millrace.core.report.GroupFormation.FormedMember;
import dev.millrace.core.report.MemberAdmission;
import dev.millrace.core.report.PodAssignment;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamMode;
import dev.millrace.core.stream.StreamName;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.leader.session.SessionWriter;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.leader.shard.ShardLeader.ReadResult;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.server.rpc.RemoteLeader;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three pods of one group: what one of them acknowledged, the others have. */
@Timeout(120)
class PeerPodsTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final StreamId STREAM = new StreamId(0x1234_5678_9abc_def0L);
  private static final ShardRef SHARD = new ShardRef(STREAM, new ShardId(0));
  private static final String GROUP = "11111111-2222-4333-8444-555555555555";

  @TempDir private Path folder;

  private final TestingVertx testingVertx = new TestingVertx();
  private final Vertx vertx = testingVertx.vertx();
  private final ReadPool reads = new ReadPool(2, 100);
  private final List<ShardPod> pods = new ArrayList<>();
  private final AtomicInteger halts = new AtomicInteger();
  private final Halt halt = (why, cause) -> halts.incrementAndGet();
  private int expectedHalts;
  private MasterKeyFolder keys;
  private final List<String> addresses = new ArrayList<>();
  private final List<FormedMember> members = new ArrayList<>();
  private final RemoteLeader leader =
      new RemoteLeader(vertx, shard -> routes(), reads, System::nanoTime, Optional.empty());
  private final SessionWriter writer =
      new SessionWriter(
          leader,
          (millis, task) ->
              CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task),
          System::nanoTime);

  @BeforeEach
  void form() throws Exception {
    Path tls = TestingShardPod.raftTls(folder);
    keys = MasterKeyFolder.in(folder).with("orders");
    for (int pod = 0; pod < 3; pod++) {
      pods.add(
          TestingShardPod.start(
              folder.resolve("disk-" + pod),
              vertx,
              Clocks.system(),
              halt,
              "MILLRACE_RAFT_TLS",
              tls.toString(),
              "MILLRACE_MASTER_KEYS",
              keys.path().toString()));
      members.add(
          new FormedMember(
              pods.get(pod).admin(0).report().disk(),
              "127.0.0.1:" + TestingShardPod.freePort(),
              "127.0.0.1:" + pods.get(pod).port(0)));
    }
    pods.forEach(pod -> addresses.add("127.0.0.1:" + pod.port(0)));
    for (ShardPod pod : pods) {
      assertThat(
              done(
                  pod.admin(0)
                      .form(
                          new GroupFormation(pod.admin(0).report().disk(), GROUP, members, false))))
          .isEqualTo(new AdminResult.Accomplished());
    }
    // All are asked each time: only the leader opens shards, and then the others take them.
    await(
        "each pod takes its assignment",
        () -> pods.stream().filter(PeerPodsTest::isAssigned).count() == pods.size());
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(halts).as("processes that have ended themselves").hasValue(expectedHalts);
    for (ShardPod pod : pods) {
      pod.close();
    }
    leader.close();
    reads.close();
    testingVertx.close();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Followers take it once the leader has opened the shards, as for the operator. */
  private static boolean isAssigned(ShardPod pod) {
    PodAssignment assignment =
        TestingShardPod.assignment(
            STREAM,
            "none",
            StreamDefinition.creating(
                    new StreamName("orders"),
                    STREAM,
                    1_700_000_000L,
                    StreamSettings.of(StreamMode.PROVISIONED),
                    1)
                .shards());
    return done(pod.admin(0).assign(assignment)) instanceof AdminResult.Accomplished;
  }

  private List<ShardPod> leading() {
    return pods.stream().filter(pod -> pod.admin(0).report().leads()).toList();
  }

  /** All pods of the group, the one that is gone included; whoever calls finds the leader. */
  private List<String> routes() {
    return addresses;
  }

  private void put(String text) {
    put(text, Optional.empty());
  }

  private void put(String text, Optional<String> masterKey) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    RecordBatch batch =
        new RecordBatch.Builder(64)
            .add(data, data, 0, data.length)
            .build()
            .with(RecordProtection.requested(masterKey));
    AppendOutcome outcome = done(writer.append(SHARD, batch));
    assertThat(outcome).isInstanceOf(Outcome.Appended.class);
  }

  private List<String> read() {
    return done(
        leader.read(
            SHARD,
            0,
            1_000,
            1 << 20,
            found ->
                ((ReadResult.RecordPage) found)
                    .records().stream().map(PeerPodsTest::textOf).toList()));
  }

  private static String textOf(StoredRecord record) {
    return StandardCharsets.UTF_8.decode(record.data().duplicate()).toString();
  }

  @Test
  void whenTheLeaderGoesTheOthersHaveWhatItAcknowledged() throws Exception {
    for (int n = 0; n < 10; n++) {
      put("before " + n);
    }
    assertThat(read()).hasSize(10);
    ShardPod gone = leading().getFirst();
    pods.remove(gone);
    gone.close();
    await("another pod leads", () -> leading().size() == 1);
    put("after");
    assertThat(read()).hasSize(11).startsWith("before 0").endsWith("after");
  }

  @Test
  void anEncryptedRecordIsOnNoDiskOfTheReplicasAndReadByTheNextLeader() throws Exception {
    long seed = System.nanoTime();
    PlantedPhrase secret = PlantedPhrase.drawn(seed);
    PlantedPhrase open = PlantedPhrase.drawn(seed + 1);
    put(secret.text(), Optional.of("alias/orders"));
    put(open.text());
    assertThat(read()).containsExactly(secret.text(), open.text());
    long expected = nextPosition(leading().getFirst());
    await("all have both", () -> pods.stream().allMatch(pod -> nextPosition(pod) == expected));
    ShardPod gone = leading().getFirst();
    pods.remove(gone);
    gone.close();
    await("another pod leads", () -> leading().size() == 1);
    assertThat(read()).containsExactly(secret.text(), open.text());
    for (ShardPod pod : pods) {
      pod.close();
    }
    pods.clear();
    assertThat(secret.findIn(folder)).as("seed %d", seed).isEmpty();
    assertThat(open.findIn(folder))
        .as("what is not encrypted, seed %d", seed)
        .extracting(file -> file.getName(0).toString())
        .contains("disk-0", "disk-1", "disk-2");
  }

  private ShardPod restarted(ShardPod pod) throws IOException {
    return restarted(pod, "disk-" + pods.indexOf(pod));
  }

  private ShardPod restarted(ShardPod pod, String disk) throws IOException {
    int index = pods.indexOf(pod);
    pod.close();
    ShardPod next =
        TestingShardPod.start(
            folder.resolve(disk),
            vertx,
            Clocks.system(),
            halt,
            "MILLRACE_RAFT_TLS",
            folder.resolve("raft-tls").toString(),
            "MILLRACE_MASTER_KEYS",
            keys.path().toString(),
            "MILLRACE_RPC_PORT",
            addresses.get(index).substring(addresses.get(index).indexOf(':') + 1));
    pods.set(index, next);
    return next;
  }

  private static long nextPosition(ShardPod pod) {
    return pod.admin(0).report().shards().getFirst().nextPosition();
  }

  /** As its leader tells it when its log does not reach back far enough. */
  @Test
  void aPodThatIsBehindTheLogTakesTheRowsOfTheOthersAndThenFollows() throws Exception {
    put("first");
    ShardPod follower =
        pods.stream().filter(pod -> !pod.admin(0).report().leads()).findFirst().orElseThrow();
    int index = pods.indexOf(follower);
    follower.close();
    for (int n = 0; n < 50; n++) {
      put("while it was away " + n);
    }
    Files.writeString(folder.resolve("disk-" + index).resolve("raft-behind"), "20");
    ShardPod back = restarted(follower);
    long expected = nextPosition(leading().getFirst());
    await("it has all rows", () -> nextPosition(back) == expected);
    assertThat(folder.resolve("disk-" + index).resolve("raft-behind")).doesNotExist();
    // The leader believes that it has what it acknowledged before, which is in the leader's log
    // still. One whose log begins later tells it first; another one finds out.
    restarted(leading().getFirst());
    await("a pod leads", () -> leading().size() == 1);
    put("after");
    await("it follows", () -> nextPosition(back) == nextPosition(leading().getFirst()));
    assertThat(read()).hasSize(52).startsWith("first").endsWith("after");
    // And again from its own disk, with what it took.
    ShardPod again = restarted(back);
    await("it is back", () -> nextPosition(again) == nextPosition(leading().getFirst()));
  }

  private static List<String> membersByItsLeader(ShardPod pod) {
    return Optional.ofNullable(pod.admin(0).report().members()).orElse(List.of());
  }

  @Test
  void anEmptyDiskJoinsAndTakesThePlaceOfALostOne() throws Exception {
    for (int n = 0; n < 50; n++) {
      put("before " + n);
    }
    ShardPod follower =
        pods.stream().filter(pod -> !pod.admin(0).report().leads()).findFirst().orElseThrow();
    int index = pods.indexOf(follower);
    String lost = follower.admin(0).report().disk();
    ShardPod empty = restarted(follower, "empty");
    String disk = empty.admin(0).report().disk();
    FormedMember added =
        new FormedMember(disk, members.get(index).raft(), members.get(index).rpc());
    List<FormedMember> wanted = new ArrayList<>(members);
    wanted.set(index, added);
    List<String> expected = members.stream().map(FormedMember::disk).toList();
    assertThat(done(empty.admin(0).form(new GroupFormation(disk, GROUP, wanted, true))))
        .isEqualTo(new AdminResult.Accomplished());
    await("it has joined", () -> GROUP.equals(empty.admin(0).report().group()));
    assertThat(empty.isAlive()).isTrue();
    assertThat(empty.isReady()).as("before it is a member").isFalse();
    ShardPod leading = leading().getFirst();
    assertThat(membersByItsLeader(leading)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(done(leading.admin(0).admit(new MemberAdmission(GROUP, expected, disk, added))))
        .as("nobody who is a member is lost")
        .isInstanceOf(AdminResult.Contradiction.class);
    assertThat(done(leading.admin(0).admit(new MemberAdmission(GROUP, expected, lost, added))))
        .isEqualTo(new AdminResult.Accomplished());
    await(
        "it is a member",
        () -> {
          // As the operator, which asks in each pass.
          done(leading.admin(0).admit(new MemberAdmission(GROUP, expected, lost, added)));
          return membersByItsLeader(leading).contains(disk);
        });
    await("the lost one is none", () -> !membersByItsLeader(leading).contains(lost));
    await("it takes its assignment", () -> isAssigned(empty));
    pods.stream().filter(pod -> pod != empty && pod != leading).findFirst().orElseThrow().close();
    put("after");
    await("it has all rows", () -> nextPosition(empty) == nextPosition(leading));
    assertThat(read()).hasSize(51).startsWith("before 0").endsWith("after");
    ShardPod again = restarted(empty, "empty");
    await("it is back", () -> nextPosition(again) == nextPosition(leading));
  }

  /** The page of the log that holds the first entries is not what was written. */
  private static void damageLog(Path disk) throws IOException {
    Path segment;
    try (Stream<Path> files = Files.walk(disk.resolve("raft"))) {
      segment =
          files
              .filter(file -> file.getFileName().toString().startsWith("log_inprogress_"))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[20] ^= 1;
    Files.write(segment, bytes);
  }

  @Test
  void aPodWhoseLogIsDamagedComesUpAsAnEmptyDiskAndTakesThePlaceOfTheOneThatItWas()
      throws Exception {
    for (int n = 0; n < 50; n++) {
      put("before " + n);
    }
    ShardPod follower =
        pods.stream().filter(pod -> !pod.admin(0).report().leads()).findFirst().orElseThrow();
    int index = pods.indexOf(follower);
    Path folderOfDisk = folder.resolve("disk-" + index);
    String lost = follower.admin(0).report().disk();
    follower.close();
    damageLog(folderOfDisk);
    ShardPod back = restarted(follower);
    assertThat(back.admin(0).report().disk()).isNotEqualTo(lost);
    assertThat(back.admin(0).report().group()).isNull();
    assertThat(back.admin(0).report().shards()).isEmpty();
    assertThat(back.admin(0).report().assignment()).as("only members are told").isNull();
    Path aside = folderOfDisk.resolve("set-aside").resolve(lost);
    assertThat(aside).isDirectoryContaining("glob:**/store").isDirectoryContaining("glob:**/raft");
    List<String> expected = members.stream().map(FormedMember::disk).toList();
    FormedMember added =
        new FormedMember(
            back.admin(0).report().disk(), members.get(index).raft(), members.get(index).rpc());
    members.set(index, added);
    assertThat(done(back.admin(0).form(new GroupFormation(added.disk(), GROUP, members, true))))
        .isEqualTo(new AdminResult.Accomplished());
    await("it has joined", () -> GROUP.equals(back.admin(0).report().group()));
    assertThat(aside).as("its room").isDirectoryNotContaining("glob:**/store");
    assertThat(aside).isDirectoryContaining("glob:**/raft");
    ShardPod leading = leading().getFirst();
    await(
        "it is a member",
        () -> {
          done(leading.admin(0).admit(new MemberAdmission(GROUP, expected, lost, added)));
          return membersByItsLeader(leading).contains(added.disk());
        });
    await("it takes its assignment", () -> isAssigned(back));
    put("after");
    await("it has all rows", () -> nextPosition(back) == nextPosition(leading));
    assertThat(read()).hasSize(51).startsWith("before 0").endsWith("after");
    ShardPod again = restarted(back);
    await("it is back", () -> nextPosition(again) == nextPosition(leading));
    assertThat(again.admin(0).report().disk()).isEqualTo(added.disk());
  }

  /** An empty disk at the address of a lost one joins, and the leader makes it one more member. */
  private void rejoin(int index, List<String> before) throws IOException {
    ShardPod empty = restarted(pods.get(index), "empty-" + index);
    FormedMember added =
        new FormedMember(
            empty.admin(0).report().disk(), members.get(index).raft(), members.get(index).rpc());
    ShardPod leading = leading().getFirst();
    List<FormedMember> wanted =
        Stream.concat(
                members.stream().filter(member -> before.contains(member.disk())), Stream.of(added))
            .toList();
    members.set(index, added);
    assertThat(done(empty.admin(0).form(new GroupFormation(added.disk(), GROUP, wanted, true))))
        .isEqualTo(new AdminResult.Accomplished());
    await("it has joined", () -> GROUP.equals(empty.admin(0).report().group()));
    await(
        "it is a member",
        () -> {
          done(leading.admin(0).admit(new MemberAdmission(GROUP, before, null, added)));
          return membersByItsLeader(leading).contains(added.disk());
        });
    assertThat(membersByItsLeader(leading)).hasSize(before.size() + 1).containsAll(before);
    await("it takes its assignment", () -> isAssigned(empty));
  }

  @Test
  void afterALossWasAcceptedThePodGoesOnAloneAndTheOthersJoinItAgain() throws Exception {
    for (int n = 0; n < 20; n++) {
      put("before " + n);
    }
    ShardPod left = leading().getFirst();
    int index = pods.indexOf(left);
    List<String> before = members.stream().map(FormedMember::disk).toList();
    String disk = left.admin(0).report().disk();
    List<String> lost = before.stream().filter(other -> !other.equals(disk)).toList();
    AcceptedLoss loss = new AcceptedLoss(GROUP, disk, before, lost, "orders-0: go on");
    assertThat(done(left.admin(0).acceptLoss(loss)))
        .as("while it leads")
        .isEqualTo(new AdminResult.Contradiction("the group has a leader"));
    pods.set((index + 1) % 3, restarted(pods.get((index + 1) % 3), "empty-a"));
    pods.set((index + 2) % 3, restarted(pods.get((index + 2) % 3), "empty-b"));
    assertThat(
            done(
                left.admin(0)
                    .acceptLoss(new AcceptedLoss(GROUP, lost.getFirst(), before, lost, ""))))
        .isEqualTo(
            new AdminResult.Contradiction("this is disk %s, not %s".formatted(disk, lost.get(0))));
    assertThat(done(left.admin(0).acceptLoss(new AcceptedLoss(disk, disk, before, lost, ""))))
        .isEqualTo(
            new AdminResult.Contradiction("this disk has group %s, not %s".formatted(GROUP, disk)));
    assertThat(
            done(left.admin(0).acceptLoss(new AcceptedLoss(GROUP, disk, List.of("a"), lost, ""))))
        .isInstanceOf(AdminResult.BadDocument.class);
    await(
        "the loss is accepted",
        () -> done(left.admin(0).acceptLoss(loss)) instanceof AdminResult.Accomplished);
    expectedHalts = 1;
    await("the process ends", () -> halts.get() == expectedHalts);
    assertThat(folder.resolve("disk-" + index).resolve("accepted-losses.jsonl"))
        .content()
        .contains("\"request\":\"orders-0: go on\"");
    ShardPod alone = restarted(left);
    await("it leads alone", () -> membersByItsLeader(alone).equals(List.of(disk)));
    put("alone");
    assertThat(read()).hasSize(21).startsWith("before 0").endsWith("alone");
    rejoin((index + 1) % 3, List.of(disk));
    rejoin((index + 2) % 3, List.of(disk, members.get((index + 1) % 3).disk()));
    put("together");
    await(
        "all have all rows",
        () -> pods.stream().allMatch(pod -> nextPosition(pod) == nextPosition(alone)));
    assertThat(read()).hasSize(22).endsWith("together");
  }

  @Test
  void aQuestionForRowsThatIsNoneIsRefused() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + pods.getFirst().port(0) + "/member/rows"))
                  .POST(HttpRequest.BodyPublishers.ofString("short"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("question for rows");
    }
  }

  @Test
  void whoeverIsAskedForAnotherMembersTermSaysNothing() {
    ShardPod pod = pods.getFirst();
    assertThat(pod.admin(0).term(UUID.fromString(pod.admin(0).report().disk()))).isPresent();
    assertThat(pod.admin(0).term(UUID.fromString(pods.get(1).admin(0).report().disk()))).isEmpty();
  }

  @Test
  void aQuestionForATermThatNamesNoMemberIsRefused() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + pods.getFirst().port(0) + "/admin/term"))
                  .POST(HttpRequest.BodyPublishers.ofString("short"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .isEqualTo("a member's id of 16 bytes was expected, found 5 bytes\n");
    }
  }

  @Test
  void aPodWithoutCertificatesRefusesPeers() throws Exception {
    try (ShardPod bare = TestingShardPod.start(folder.resolve("bare"), vertx, Clocks.system())) {
      String disk = bare.admin(0).report().disk();
      List<FormedMember> named =
          List.of(
              new FormedMember(disk, "127.0.0.1:1", "127.0.0.1:2"),
              new FormedMember(
                  pods.getFirst().admin(0).report().disk(), "127.0.0.1:3", "127.0.0.1:4"));
      assertThat(done(bare.admin(0).form(new GroupFormation(disk, GROUP, named, false))))
          .isInstanceOfSatisfying(
              AdminResult.Contradiction.class,
              refused -> assertThat(refused.message()).contains("MILLRACE_RAFT_TLS is not set"));
      assertThat(
              done(bare.admin(0).form(new GroupFormation(disk, GROUP, named.subList(1, 2), false))))
          .isInstanceOf(AdminResult.BadDocument.class);
    }
  }

  @Test
  void aDiskJoinsNoGroupOfWhichItIsToldNoMembers() throws Exception {
    try (ShardPod bare = TestingShardPod.start(folder.resolve("bare"), vertx, Clocks.system())) {
      String disk = bare.admin(0).report().disk();
      assertThat(done(bare.admin(0).form(new GroupFormation(disk, GROUP, List.of(), true))))
          .isInstanceOfSatisfying(
              AdminResult.BadDocument.class,
              refused -> assertThat(refused.message()).contains("the group that the disk joins"));
      assertThat(folder.resolve("bare").resolve("raft-behind")).doesNotExist();
    }
  }
}
