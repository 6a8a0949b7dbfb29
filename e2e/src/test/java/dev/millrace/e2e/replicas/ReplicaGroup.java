// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Eventually;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Three processes that form one Raft group with one shard, and that serve its stream. This takes
 * the part of the operator and speaks its documents ({@code core.report}).
 */
final class ReplicaGroup implements AutoCloseable {
  static final String STREAM = "replicated";

  static final int MEMBERS = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final String GROUP = "11111111-2222-4333-8444-555555555555";
  private static final String STREAM_ID = "123456789abcdef0";
  static final String SHARD_ID = "shardId-000000000000";
  private static final String LAST_HASH_KEY = "340282366920938463463374607431768211455";
  private static final long CREATION_SECOND = 1_700_000_000L;
  private static final int TOKEN_KEY_BYTES = 32;

  /** A follower that has answered the leader since; it is asked several times a second. */
  private static final int SILENT_MILLIS = 1_500;

  /** Behind by what is in flight. */
  private static final int BEHIND_ENTRIES = 20;

  private final List<MemberProcess> members = new ArrayList<>();
  private final MemberLinks links = new MemberLinks();
  private List<String> consumers = List.of();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private ReplicaGroup(Path folder) {
    for (int place = 0; place < MEMBERS; place++) {
      members.add(new MemberProcess(place, folder, http));
    }
  }

  /**
   * Starts the processes, forms their group and opens the stream's only shard.
   *
   * @param consumers of the stream, since pods do not register any
   */
  static ReplicaGroup start(Path folder, List<String> consumers) throws IOException {
    MemberCertificate.writeTo(folder.resolve("tls"));
    byte[] key = new byte[TOKEN_KEY_BYTES];
    new Random(1).nextBytes(key);
    Files.write(folder.resolve("token.key"), key);
    for (int place = 0; place < MEMBERS; place++) {
      Files.writeString(MemberProcess.hosts(folder, place), MemberLinks.hosts(place, MEMBERS));
    }
    ReplicaGroup group = new ReplicaGroup(folder);
    try {
      together(group.members.stream().<Runnable>map(member -> member::start).toList());
      group.form(consumers);
      return group;
    } catch (IOException | RuntimeException | Error e) {
      group.close();
      throw e;
    }
  }

  private void form(List<String> consumers) throws IOException {
    for (MemberProcess member : members) {
      for (MemberProcess other : members) {
        if (member != other) {
          links.open(member.place(), other.place(), other.raftPort());
          links.open(member.place(), other.place(), other.rpcPort());
        }
      }
    }
    insist(members, "/admin/group", member -> formation(member, false));
    this.consumers = consumers;
    serve(members);
    awaitInStep();
  }

  /** Only the leader opens the shard, and then the others take the assignment. */
  private void serve(List<MemberProcess> some) {
    insist(some, "/admin/assignment", member -> assignment());
    insist(some, "/admin/publication", member -> publication());
  }

  private Map<String, Object> formation(MemberProcess member, boolean joins) {
    return Map.of(
        "disk",
        member.disk(),
        "group",
        GROUP,
        "members",
        members.stream().map(ReplicaGroup::formed).toList(),
        "joins",
        joins);
  }

  private static Map<String, Object> formed(MemberProcess member) {
    return Map.of(
        "disk",
        member.disk(),
        "raft",
        MemberLinks.name(member.place()) + ":" + member.raftPort(),
        "rpc",
        MemberLinks.name(member.place()) + ":" + member.rpcPort());
  }

  /** The part of the operator when a member that is down has lost its disk. */
  void replaceDisk(MemberProcess member) throws IOException {
    String lost = member.disk();
    List<String> expected = members.stream().map(MemberProcess::disk).toList();
    member.loseDisk();
    member.start();
    insist(List.of(member), "/admin/group", joining -> formation(joining, true));
    Eventually.holds(
        member + " has joined",
        TIMEOUT,
        () ->
            member
                .report()
                .filter(report -> report.path("group").asText().equals(GROUP))
                .isPresent());
    Map<String, Object> replacement =
        Map.of("group", GROUP, "members", expected, "lost", lost, "added", formed(member));
    Eventually.holds(
        "the disk of " + member + " is a member",
        TIMEOUT,
        () -> {
          MemberProcess leader = leader();
          leader.put("/admin/members", replacement);
          return leader.report().stream()
              .flatMap(report -> report.path("members").valueStream())
              .map(JsonNode::asText)
              .toList()
              .equals(members.stream().map(MemberProcess::disk).sorted().toList());
        });
    serve(List.of(member));
  }

  /** Sends each of some members its document until all accept theirs. */
  private static void insist(
      List<MemberProcess> some, String path, Function<MemberProcess, Object> document) {
    Map<MemberProcess, String> refusals = new HashMap<>();
    some.forEach(member -> refusals.put(member, "not asked yet"));
    try {
      Eventually.holds(
          some + " accept " + path,
          TIMEOUT,
          () -> {
            for (MemberProcess member : some) {
              member
                  .put(path, document.apply(member))
                  .ifPresentOrElse(
                      refusal -> refusals.put(member, refusal), () -> refusals.remove(member));
            }
            return refusals.isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + refusals, e);
    }
  }

  private static Map<String, Object> assignment() {
    return Map.of(
        "streams",
        List.of(
            Map.of(
                "streamId",
                STREAM_ID,
                "retentionPeriodHours",
                24,
                "limits",
                "none",
                "shards",
                List.of(shard()))));
  }

  private static Map<String, Object> shard() {
    Map<String, Object> shard = new HashMap<>();
    shard.put("shardId", SHARD_ID);
    shard.put("startingHashKey", "0");
    shard.put("endingHashKey", LAST_HASH_KEY);
    shard.put("parentShardIds", List.of());
    shard.put("creationSecond", CREATION_SECOND);
    return shard;
  }

  private Map<String, Object> publication() {
    Map<String, Object> listed = shard();
    listed.put("shardSet", "set");
    return Map.of(
        "streamId",
        STREAM_ID,
        "version",
        "1",
        "generation",
        1,
        "digest",
        digest(),
        "kept",
        List.of(),
        "added",
        List.of(listed),
        "description",
        Map.of(
            "streamName",
            STREAM,
            "creationSecond",
            CREATION_SECOND,
            "streamStatus",
            "ACTIVE",
            "settings",
            Map.of(
                "streamMode",
                "PROVISIONED",
                "retentionPeriodHours",
                24,
                "maxRecordSizeInKiB",
                1024,
                "tags",
                Map.of(),
                "shardLevelMetrics",
                List.of(),
                "recordDistribution",
                "USER_PARTITION_KEY"),
            "consumers",
            consumers.stream()
                .map(
                    name ->
                        Map.of(
                            "consumerName",
                            name,
                            "creationSecond",
                            CREATION_SECOND,
                            "consumerStatus",
                            "ACTIVE",
                            "tags",
                            Map.of()))
                .toList(),
            "addresses",
            members.stream().map(member -> formed(member).get("rpc")).toList()));
  }

  /** As {@code core.stream.PublishedShards} computes it. */
  private static String digest() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("0@" + CREATION_SECOND + "\n").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  List<MemberProcess> members() {
    return List.copyOf(members);
  }

  MemberLinks links() {
    return links;
  }

  /** The member that leads. */
  MemberProcess leader() {
    return Eventually.found("a member leads", TIMEOUT, this::leading);
  }

  /** The others, in an order of chance. */
  List<MemberProcess> followers() {
    MemberProcess leader = leader();
    return members.stream().filter(member -> member != leader).toList();
  }

  private Optional<MemberProcess> leading() {
    Map<MemberProcess, JsonNode> reports = reports();
    return reports.entrySet().stream()
        .filter(report -> report.getValue().path("leads").asBoolean())
        .max(Comparator.comparing(report -> report.getValue().path("term").asLong()))
        .map(Map.Entry::getKey);
  }

  private Map<MemberProcess, JsonNode> reports() {
    Map<MemberProcess, JsonNode> reports = new HashMap<>();
    members.stream()
        .filter(member -> member.isUp() && !member.isFrozen())
        .forEach(member -> member.report().ifPresent(report -> reports.put(member, report)));
    return reports;
  }

  /**
   * Mends the network, thaws who is frozen, starts who is down, and waits until all keep up.
   *
   * @return how long that took after all were up
   */
  Duration heal() {
    links.heal();
    members.stream().filter(MemberProcess::isFrozen).forEach(MemberProcess::thaw);
    together(
        members.stream()
            .filter(member -> !member.isUp())
            .<Runnable>map(member -> member::start)
            .toList());
    long up = System.nanoTime();
    awaitInStep();
    return Duration.ofNanos(System.nanoTime() - up);
  }

  /** All members acknowledge what is written now. */
  void awaitInStep() {
    try {
      Eventually.holds("all members keep up", TIMEOUT, this::isInStep);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; the reports are " + reports().values(), e);
    }
  }

  private boolean isInStep() {
    members.forEach(MemberProcess::assertAlive);
    Map<MemberProcess, JsonNode> reports = reports();
    List<JsonNode> leading =
        reports.values().stream().filter(report -> report.path("leads").asBoolean()).toList();
    if (reports.size() != MEMBERS || leading.size() != 1) {
      return false;
    }
    JsonNode followers = leading.getFirst().path("followers");
    return followers.size() == MEMBERS - 1
        && IntStream.range(0, followers.size())
            .mapToObj(followers::get)
            .allMatch(
                follower ->
                    follower.path("behind").asLong() < BEHIND_ENTRIES
                        && follower.path("silentMillis").asLong() < SILENT_MILLIS);
  }

  /** Runs tasks at the same time, and waits for all of them. */
  static void together(List<Runnable> tasks) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> started = new ArrayList<>();
      tasks.forEach(task -> started.add(threads.submit(task)));
      for (Future<?> task : started) {
        task.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a member did not start: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    members.forEach(MemberProcess::close);
    links.close();
    http.shutdownNow();
  }
}
