// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.ShardRows.AppliedShards;
import dev.millrace.core.port.ShardRows.RowPage;
import dev.millrace.core.port.TestingShardStore;
import dev.millrace.core.stream.ShardRef;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The members of a group in one process, each with its own disk, over loopback. */
final class TestingMembers implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final UUID group = UUID.randomUUID();
  private volatile FeatureLevel level = FeatureLevel.NEWEST;
  private final RaftBounds bounds;
  private final List<UUID> ids = new ArrayList<>();
  private final Map<UUID, RaftMembers.Addresses> addresses = new HashMap<>();
  private final List<RaftCertificates> certificates = new ArrayList<>();
  private TestingAuthority authority = new TestingAuthority("first");
  private final List<Path> disks = new ArrayList<>();
  private final List<TestingShardStore> stores = new ArrayList<>();
  private final Set<Integer> joined = new HashSet<>();
  private final List<TestingHalt> halts = new ArrayList<>();
  private final List<@Nullable RaftGroupHost> running =
      Collections.synchronizedList(new ArrayList<>());

  TestingMembers(Path folder, int count) throws IOException {
    this(folder, count, RaftBounds.REPLICATED);
  }

  TestingMembers(Path folder, int count, RaftBounds bounds) throws IOException {
    this.bounds = bounds;
    for (int member = 0; member < count; member++) {
      UUID id = UUID.randomUUID();
      ids.add(id);
      addresses.put(id, new RaftMembers.Addresses("127.0.0.1:" + freePort(), rpc(member)));
      disks.add(folder.resolve("disk-" + member));
      stores.add(new TestingShardStore());
      halts.add(new TestingHalt());
      running.add(null);
      certificates.add(authority.issue(folder.resolve("certificates-" + member), "127.0.0.1"));
    }
  }

  /** From now on members that lead write what all can read who are at this level. */
  void level(FeatureLevel now) {
    level = now;
  }

  /** A member proves itself with a certificate of another authority when it is started next. */
  void replaceCertificates(int member, TestingAuthority by) throws IOException {
    certificates.set(
        member, by.issue(disks.get(member).resolveSibling("foreign-" + member), "127.0.0.1"));
  }

  /** All members get new certificates of a new authority while they run. */
  void rotate() throws IOException {
    TestingAuthority next = new TestingAuthority("next");
    for (RaftCertificates files : certificates) {
      TestingAuthority.trust(files, authority, next);
    }
    awaitReadAgain();
    for (RaftCertificates files : certificates) {
      next.issueInto(files, "127.0.0.1");
    }
    awaitReadAgain();
    for (RaftCertificates files : certificates) {
      TestingAuthority.trust(files, next);
    }
    awaitReadAgain();
    authority = next;
  }

  /** A file's reader tells nobody that it has read; so all wait for the bound that it promises. */
  private static void awaitReadAgain() {
    long end = System.nanoTime() + 2 * TestingAuthority.INTERVAL.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Nothing listens there; the port tells which member is meant. */
  private static String rpc(int member) {
    return "member:" + member;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  void startAll() throws IOException {
    for (int member = 0; member < ids.size(); member++) {
      start(member);
    }
  }

  void start(int member) throws IOException {
    Files.createDirectories(disks.get(member));
    running.set(
        member,
        RaftGroupHost.start(
            disks.get(member),
            members -> bounds,
            stores.get(member),
            halts.get(member),
            group,
            new RaftPeering(
                "127.0.0.1",
                RaftMembers.of(ids.get(member), addresses),
                joined.contains(member),
                this::term,
                new Rows(),
                () -> level,
                System::nanoTime,
                Optional.of(certificates.get(member)))));
  }

  /**
   * The disk of a member that does not run is replaced by an empty one, at the same addresses.
   *
   * @return the id of the one that is lost
   */
  UUID replaceDisk(int member) {
    UUID lost = ids.get(member);
    UUID id = UUID.randomUUID();
    ids.set(member, id);
    addresses.put(id, Objects.requireNonNull(addresses.remove(lost)));
    disks.set(member, disks.get(member).resolveSibling("disk-of-" + id));
    stores.set(member, new TestingShardStore());
    joined.add(member);
    return lost;
  }

  /** Where a member takes calls, whichever disk it has. */
  RaftMembers.Addresses addresses(int member) {
    return Objects.requireNonNull(addresses.get(ids.get(member)));
  }

  /** The leader puts the disk that a member has now in the place of one that is lost. */
  Optional<String> replace(UUID lost, int member) {
    UUID added = ids.get(member);
    Set<UUID> expected = new HashSet<>(ids);
    expected.remove(added);
    expected.add(lost);
    return member(leader()).admit(expected, Optional.of(lost), added, addresses(member));
  }

  /**
   * Has the leader replace a member, again and again as the operator does, until it says that its
   * group has exactly the disks that there are now.
   */
  void awaitReplaced(UUID lost, int member) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    Optional<String> obstacle = Optional.empty();
    while (!member(leader()).memberIds().equals(Optional.of(Set.copyOf(ids)))) {
      assertThat(System.nanoTime())
          .as("the members are those on the disks, the leader said %s", obstacle)
          .isLessThan(end);
      obstacle = replace(lost, member);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** The leader makes the disk that a member has now one more member. */
  void awaitAdded(Set<UUID> before, int member) {
    Set<UUID> after = new HashSet<>(before);
    after.add(ids.get(member));
    long end = System.nanoTime() + PATIENCE_NANOS;
    Optional<String> obstacle = Optional.empty();
    while (!member(leader()).memberIds().equals(Optional.of(after))) {
      assertThat(System.nanoTime())
          .as("the members are %s, the leader said %s", after, obstacle)
          .isLessThan(end);
      obstacle =
          member(leader()).admit(before, Optional.empty(), ids.get(member), addresses(member));
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Waits until a member knows of no leader. */
  void awaitNoLeader(int member) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (member(member).hasLeader() || member(member).leads()) {
      assertThat(System.nanoTime()).as("member %d has a leader", member).isLessThan(end);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Who runs at an address, if it is the member that is meant. */
  private @Nullable RaftGroupHost at(UUID member, String address) {
    int asked = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    return ids.get(asked).equals(member) ? running.get(asked) : null;
  }

  /** What a member answers that is asked over the network. */
  private CompletionStage<Long> term(UUID member, String address) {
    RaftGroupHost host = at(member, address);
    try {
      return host == null
          ? CompletableFuture.failedStage(new IOException("it does not run"))
          : CompletableFuture.completedStage(host.term());
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** What a member answers that is asked for rows over the network. */
  private final class Rows implements PeerRows {
    private <T> CompletionStage<T> ask(
        UUID member, String address, Function<TestingShardStore, T> question) {
      return at(member, address) == null
          ? CompletableFuture.failedStage(new IOException("it does not run"))
          : CompletableFuture.completedStage(question.apply(stores.get(ids.indexOf(member))));
    }

    @Override
    public CompletionStage<ByteBuffer> configuration(UUID member, String address) {
      RaftGroupHost host = at(member, address);
      try {
        return host == null
            ? CompletableFuture.failedStage(new IOException("it does not run"))
            : CompletableFuture.completedStage(host.configuration());
      } catch (IOException e) {
        return CompletableFuture.failedStage(e);
      }
    }

    @Override
    public CompletionStage<AppliedShards> applied(UUID member, String address) {
      return ask(member, address, TestingShardStore::appliedShards);
    }

    @Override
    public CompletionStage<Optional<RowPage>> rows(
        UUID member, String address, ShardRef shard, long from, int maxBytes) {
      return ask(member, address, store -> store.rows(shard, from, maxBytes));
    }
  }

  /** Waits until a member has ended itself for this reason, and takes it away. */
  void awaitHalted(int member, Class<? extends Throwable> reason) throws Exception {
    awaitHalt(member);
    assertThat(halts.get(member).cause()).isInstanceOf(reason);
    awaitHalted(member);
  }

  /** Waits until a member has ended itself, and takes it away. */
  void awaitHalted(int member) throws IOException {
    awaitHalt(member);
    halts.set(member, new TestingHalt());
    stop(member);
  }

  private void awaitHalt(int member) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!halts.get(member).called()) {
      assertThat(System.nanoTime()).as("member %d ends", member).isLessThan(end);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  RaftGroupHost member(int member) {
    RaftGroupHost host = running.get(member);
    if (host == null) {
      throw new IllegalStateException("member " + member + " does not run");
    }
    return host;
  }

  TestingShardStore store(int member) {
    return stores.get(member);
  }

  Path disk(int member) {
    return disks.get(member);
  }

  /** Waits until two members hold the same rows. */
  void awaitSameRows(int member, int other) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!stores.get(member).dump().equals(stores.get(other).dump())) {
      assertThat(System.nanoTime()).as("rows of members %d and %d", member, other).isLessThan(end);
      LockSupport.parkNanos(LOOK_NANOS);
    }
    assertThat(stores.get(member).dump()).isNotEmpty();
  }

  UUID id(int member) {
    return ids.get(member);
  }

  /** The member stops in order. */
  void stop(int member) throws IOException {
    member(member).close();
    running.set(member, null);
  }

  /** The member stops in order and starts again on its disk. */
  void restart(int member) throws IOException {
    stop(member);
    start(member);
  }

  /** Waits until a leader sees all others as expected. */
  void awaitFollowers(int leader, Predicate<FollowerProgress> expected) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!member(leader).followers().stream().allMatch(expected)) {
      assertThat(System.nanoTime()).as("followers of member %d", leader).isLessThan(end);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /**
   * The member is gone with what it had not made durable; its disk stays as it is. Not while others
   * write: what it acknowledged after its disk was copied would be lost, as no kill loses it.
   */
  void kill(int member) throws IOException {
    RaftGroupHost host = member(member);
    Path before = disks.get(member);
    Path left =
        HardStop.copy(
            before, before.resolveSibling(before.getFileName() + "-" + UUID.randomUUID()));
    stores.set(member, stores.get(member).crash());
    host.close();
    running.set(member, null);
    disks.set(member, left);
  }

  /** Waits for a leader that takes commands. */
  int leader() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      for (int member = 0; member < ids.size(); member++) {
        RaftGroupHost host = running.get(member);
        if (host != null && host.leads()) {
          return member;
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new AssertionError("no member leads");
  }

  /** Puts a command as a front does: again, at the next leader, while none was found. */
  Outcome put(Command command) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return member(leader())
            .log()
            .propose(command)
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        boolean isRefused =
            e.getCause() instanceof LogRefusedException refusal
                && refusal.reason() == LogRefusedException.Reason.NOT_LEADER;
        if (!isRefused || System.nanoTime() > end) {
          throw e;
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** The numbers that a member has applied, once there are so many. */
  List<Long> awaitApplied(int member, int count) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    List<Long> numbers = TestingCommands.numbers(stores.get(member));
    while (numbers.size() < count && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
      numbers = TestingCommands.numbers(stores.get(member));
    }
    return numbers;
  }

  @Override
  public void close() throws IOException {
    for (int member = 0; member < ids.size(); member++) {
      RaftGroupHost host = running.get(member);
      if (host != null) {
        host.close();
      }
    }
    for (TestingHalt halt : halts) {
      assertThat(halt.called()).isFalse();
    }
  }
}
