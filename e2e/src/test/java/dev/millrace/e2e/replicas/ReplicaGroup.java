// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Eventually;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  static final String SHARD_ID = GroupStream.shardId(0);
  private static final int TOKEN_KEY_BYTES = 32;

  /** A follower that has answered the leader since; it is asked several times a second. */
  private static final int SILENT_MILLIS = 1_500;

  /** Behind by what is in flight. */
  private static final int BEHIND_ENTRIES = 20;

  private final List<MemberProcess> members = new ArrayList<>();
  private final MemberLinks links = new MemberLinks();
  private final List<GroupStream> streams;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private ReplicaGroup(
      Path folder, List<GroupStream> streams, List<String> javaOptions, boolean failing)
      throws IOException {
    this.streams = streams;
    for (int place = 0; place < MEMBERS; place++) {
      members.add(new MemberProcess(place, folder, http, javaOptions, failing));
    }
  }

  /**
   * Starts the processes, on disks that can fail, forms their group and opens the stream's only
   * shard.
   *
   * @param consumers of the stream
   */
  static ReplicaGroup start(Path folder, List<String> consumers) throws IOException {
    // Many starts on few cores: half of a start's work is compiling for later.
    ReplicaGroup group =
        create(
            folder,
            List.of(new GroupStream(STREAM, "123456789abcdef0", 1, consumers)),
            List.of("-XX:TieredStopAtLevel=1"),
            true);
    for (int place = 0; place < MEMBERS; place++) {
      Files.writeString(MemberProcess.hosts(folder, place), MemberLinks.hosts(place, MEMBERS));
    }
    for (MemberProcess member : group.members) {
      for (MemberProcess other : group.members) {
        if (member != other) {
          group.links.open(member.place(), other.place(), other.raftPort());
          group.links.open(member.place(), other.place(), other.rpcPort());
        }
      }
    }
    group.form();
    return group;
  }

  /** The same for other streams, as in a release: nothing is between the members. */
  static ReplicaGroup released(Path folder, List<GroupStream> streams) throws IOException {
    ReplicaGroup group = create(folder, streams, List.of(), false);
    for (int place = 0; place < MEMBERS; place++) {
      Files.writeString(MemberProcess.hosts(folder, place), MemberLinks.directHosts(MEMBERS));
    }
    group.form();
    return group;
  }

  private static ReplicaGroup create(
      Path folder, List<GroupStream> streams, List<String> javaOptions, boolean failing)
      throws IOException {
    MemberCertificate.writeTo(folder.resolve("tls"));
    byte[] key = new byte[TOKEN_KEY_BYTES];
    new Random(1).nextBytes(key);
    Files.write(folder.resolve("token.key"), key);
    return new ReplicaGroup(folder, streams, javaOptions, failing);
  }

  private void form() throws IOException {
    try {
      together(members.stream().<Runnable>map(member -> member::start).toList());
      insist(members, "/admin/group", member -> formation(member, false));
      serve(members);
      awaitInStep();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Only the leader opens the shards, and then the others take the assignment. */
  private void serve(List<MemberProcess> some) {
    Map<String, Object> assignment =
        Map.of("streams", streams.stream().map(GroupStream::assigned).toList());
    insist(some, "/admin/assignment", member -> assignment);
    List<Object> addresses = members.stream().map(member -> formed(member).get("rpc")).toList();
    for (GroupStream stream : streams) {
      insist(some, "/admin/publication", member -> stream.publication(addresses));
    }
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

  /** The disk of a member that is down is lost, and another one takes its place. */
  void replaceDisk(MemberProcess member) throws IOException {
    Map<MemberProcess, String> before = disks();
    member.loseDisk();
    member.start();
    replace(member, before);
  }

  private Map<MemberProcess, String> disks() {
    Map<MemberProcess, String> disks = new HashMap<>();
    members.forEach(member -> disks.put(member, member.disk()));
    return disks;
  }

  /**
   * The part of the operator when a member has come up with another disk.
   *
   * @param before the disks of all members
   */
  private void replace(MemberProcess member, Map<MemberProcess, String> before) {
    String lost = Objects.requireNonNull(before.get(member));
    List<String> expected = List.copyOf(before.values());
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
   * Mends the network and the disks, sets the clocks, thaws who is frozen, starts who is down, has
   * whoever gave up its disk join again, and waits until all keep up.
   *
   * @return how long that took after all were up
   */
  Duration heal() {
    links.heal();
    members.forEach(member -> member.faultyDisk().heal());
    members.stream().filter(MemberProcess::isFrozen).forEach(MemberProcess::thaw);
    Map<MemberProcess, String> before = disks();
    together(
        members.stream()
            .filter(member -> !member.isUp())
            .<Runnable>map(member -> member::start)
            .toList());
    long up = System.nanoTime();
    for (MemberProcess member : members) {
      if (!member.disk().equals(before.get(member))) {
        System.out.printf("%s has given up disk %s%n", member, before.get(member));
        replace(member, before);
        before.put(member, member.disk());
      }
    }
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
