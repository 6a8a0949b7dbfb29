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
import java.util.stream.Stream;

/**
 * Three processes that form one Raft group, and that serve the stream of which it hosts shards.
 * This takes the part of the operator and speaks its documents ({@code core.report}).
 */
final class ReplicaGroup implements AutoCloseable {
  static final String STREAM = "replicated";
  static final String STREAM_ID = "123456789abcdef0";

  static final int MEMBERS = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  static final String SHARD_ID = GroupShard.id(0);
  private static final int TOKEN_KEY_BYTES = 32;

  /** What stands for the name of a shard set in an address. */
  private static final String SET = "{set}";

  /** A follower that has answered the leader since; it is asked several times a second. */
  private static final int SILENT_MILLIS = 1_500;

  /** Behind by what is in flight. */
  private static final int BEHIND_ENTRIES = 20;

  private final int which;
  private final MemberLinks links;
  private final List<MemberProcess> members = new ArrayList<>();
  private volatile List<GroupStream> streams;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private ReplicaGroup(
      int which,
      MemberLinks links,
      List<MemberPorts> ports,
      Path folder,
      List<GroupStream> streams,
      List<String> javaOptions,
      boolean failing)
      throws IOException {
    this.which = which;
    this.links = links;
    this.streams = List.copyOf(streams);
    for (int place = 0; place < MEMBERS; place++) {
      members.add(
          new MemberProcess(
              which * MEMBERS + place, ports.get(place), folder, http, javaOptions, failing));
    }
  }

  /**
   * Starts the processes, on disks that can fail, forms their group and opens the stream's only
   * shard.
   *
   * @param consumers of the stream
   */
  static ReplicaGroup start(Path folder, List<String> consumers) throws IOException {
    return start(folder, 1, GroupStream.of(STREAM, STREAM_ID, 1, consumers)).getFirst();
  }

  /** The same for several groups, whose members reach each other, and their stream. */
  static List<ReplicaGroup> start(Path folder, int groups, GroupStream stream) throws IOException {
    // Many starts on few cores: half of a start's work is compiling for later.
    List<ReplicaGroup> started =
        create(folder, groups, List.of(stream), List.of("-XX:TieredStopAtLevel=1"), true);
    List<MemberProcess> all = started.stream().flatMap(group -> group.members.stream()).toList();
    for (MemberProcess member : all) {
      Files.writeString(
          MemberProcess.hosts(folder, member.place()),
          MemberLinks.hosts(member.place(), all.size()));
      for (MemberProcess other : all) {
        if (member != other) {
          MemberLinks links = started.getFirst().links;
          links.open(member.place(), other.place(), other.ports().raft());
          links.open(member.place(), other.place(), other.ports().rpc());
        }
      }
    }
    try {
      // One after the other: a start that shares two cores with five others takes too long.
      started.forEach(ReplicaGroup::form);
      return started;
    } catch (RuntimeException | Error e) {
      for (ReplicaGroup group : started) {
        group.close();
      }
      throw e;
    }
  }

  /** The same for other streams, as in a release: nothing is between the members. */
  static ReplicaGroup released(Path folder, List<GroupStream> streams) throws IOException {
    ReplicaGroup group = create(folder, 1, streams, List.of(), false).getFirst();
    for (int place = 0; place < MEMBERS; place++) {
      Files.writeString(MemberProcess.hosts(folder, place), MemberLinks.directHosts(MEMBERS));
    }
    try {
      group.form();
    } catch (RuntimeException | Error e) {
      group.close();
      throw e;
    }
    return group;
  }

  private static List<ReplicaGroup> create(
      Path folder, int groups, List<GroupStream> streams, List<String> javaOptions, boolean failing)
      throws IOException {
    MemberCertificate.writeTo(folder.resolve("tls"));
    byte[] key = new byte[TOKEN_KEY_BYTES];
    new Random(1).nextBytes(key);
    Files.write(folder.resolve("token.key"), key);
    MemberLinks links = new MemberLinks();
    List<MemberPorts> ports = Stream.generate(MemberPorts::free).limit(MEMBERS).toList();
    List<ReplicaGroup> created = new ArrayList<>();
    for (int which = 0; which < groups; which++) {
      created.add(new ReplicaGroup(which, links, ports, folder, streams, javaOptions, failing));
    }
    return created;
  }

  private void form() {
    together(members.stream().<Runnable>map(member -> member::start).toList());
    insist(members, "/admin/group", TIMEOUT, member -> formation(member, false));
    serve(members);
    awaitInStep();
  }

  /** Only the leader opens the shards, and then the others take the assignment. */
  private void serve(List<MemberProcess> some) {
    insist(some, "/admin/assignment", TIMEOUT, member -> assignment());
    publish(some, TIMEOUT);
  }

  private Map<String, Object> assignment() {
    return Map.of("streams", streams.stream().map(stream -> stream.assigned(set())).toList());
  }

  /** From now on, members that are asked to serve are told this of a stream. */
  void replace(GroupStream changed) {
    streams =
        streams.stream()
            .map(stream -> stream.id().equals(changed.id()) ? changed : stream)
            .toList();
  }

  /** Tells all members what their fronts list, until all have accepted it. */
  void publish(Duration timeout) {
    publish(members, timeout);
  }

  private void publish(List<MemberProcess> some, Duration timeout) {
    List<String> addresses =
        members.stream().map(member -> rpc(member).replace(set(), SET)).toList();
    for (GroupStream stream : streams) {
      insist(some, "/admin/publication", timeout, member -> stream.publication(addresses));
    }
  }

  /** The name of its shard set. */
  String set() {
    return MemberLinks.set(which);
  }

  /** Its id. */
  String id() {
    return "11111111-2222-4333-8444-%012d".formatted(which + 1);
  }

  /** Its members as a plan of a reshard names them, the likeliest leader first. */
  List<Map<String, Object>> planned() {
    Optional<MemberProcess> leader = leading();
    return members.stream()
        .sorted(Comparator.comparing(member -> !leader.equals(Optional.of(member))))
        .map(
            member ->
                Map.<String, Object>of(
                    "pod", MemberLinks.name(member.place()), "addresses", List.of(rpc(member))))
        .toList();
  }

  private static String rpc(MemberProcess member) {
    return MemberLinks.name(member.place()) + ":" + member.ports().rpc();
  }

  private Map<String, Object> formation(MemberProcess member, boolean joins) {
    return Map.of(
        "disk",
        member.disk(),
        "group",
        id(),
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
        MemberLinks.name(member.place()) + ":" + member.ports().raft(),
        "rpc",
        rpc(member));
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
    insist(List.of(member), "/admin/group", TIMEOUT, joining -> formation(joining, true));
    Eventually.holds(
        member + " has joined",
        TIMEOUT,
        () ->
            member
                .report()
                .filter(report -> report.path("group").asText().equals(id()))
                .isPresent());
    Map<String, Object> replacement =
        Map.of("group", id(), "members", expected, "lost", lost, "added", formed(member));
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
      List<MemberProcess> some,
      String path,
      Duration timeout,
      Function<MemberProcess, Object> document) {
    Map<MemberProcess, String> refusals = new HashMap<>();
    some.forEach(member -> refusals.put(member, "not asked yet"));
    try {
      Eventually.holds(
          some + " accept " + path,
          timeout,
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

  /** The member that leads, if one does. */
  Optional<MemberProcess> leading() {
    return leaderReport().map(Map.Entry::getKey);
  }

  /** What the member that leads reports of the shards of its group; empty if none does. */
  List<JsonNode> hostedShards() {
    return leaderReport().stream()
        .flatMap(report -> report.getValue().path("shards").valueStream())
        .toList();
  }

  /** The generation of the shards that each member's front lists, once all report. */
  List<Long> publishedGenerations() {
    Map<MemberProcess, JsonNode> found =
        Eventually.found(
            "all members report",
            TIMEOUT,
            () -> Optional.of(reports()).filter(reports -> reports.size() == MEMBERS));
    return found.values().stream()
        .map(report -> report.path("publications").path(0).path("generation").asLong())
        .toList();
  }

  private Optional<Map.Entry<MemberProcess, JsonNode>> leaderReport() {
    return reports().entrySet().stream()
        .filter(report -> report.getValue().path("leads").asBoolean())
        .max(Comparator.comparing(report -> report.getValue().path("term").asLong()));
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
