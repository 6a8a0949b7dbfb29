// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.Command;
import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two of three disks are gone and a person accepts that: the third goes on alone with all that it
 * has, and gets two other members, one after the other.
 */
@Timeout(300)
class AcceptedLossTest {
  private static final Instant AT = Instant.parse("2026-11-21T03:04:05Z");
  private static final String ORDER = "raft-accepted-loss";
  private static final String REQUEST = "orders-0: go on from \"this\" disk";

  @TempDir private Path folder;
  private TestingMembers members;
  private Set<UUID> before;

  @BeforeEach
  void form() throws Exception {
    members =
        new TestingMembers(
            folder, 3, TestingBounds.ofShortLogs().startTimeout(Duration.ofSeconds(20)).build());
    members.startAll();
    before = Set.of(members.id(0), members.id(1), members.id(2));
    members.put(TestingCommands.open());
    put(1, 50);
    for (int member = 0; member < 3; member++) {
      members.awaitSameRows(member, members.leader());
    }
  }

  @AfterEach
  void stop() throws Exception {
    members.close();
  }

  private void put(long from, long to) throws Exception {
    for (long n = from; n < to; n++) {
      members.put(command(n));
    }
  }

  private static Command command(long n) {
    return TestingCommands.append(n, 1_000);
  }

  /** Two disks are gone; pods come up with empty ones later. */
  private int loseAllBut(int left) throws IOException {
    for (int member = 0; member < 3; member++) {
      if (member != left) {
        members.kill(member);
        members.replaceDisk(member);
      }
    }
    members.awaitNoLeader(left);
    return left;
  }

  private Set<UUID> lostBy(int left) {
    Set<UUID> lost = new HashSet<>(before);
    lost.remove(members.id(left));
    return lost;
  }

  /** As the operator orders it; then the process ends and is started again. */
  private void accept(int left) throws IOException {
    order(left);
    members.kill(left);
    members.start(left);
  }

  private void order(int left) throws IOException {
    assertThat(members.member(left).acceptLoss(before, lostBy(left), REQUEST, AT)).isEmpty();
    assertThat(RaftGroupHost.isLossAccepted(members.disk(left))).isTrue();
  }

  private void assertLeadsAloneWith(int left, int count) throws Exception {
    assertThat(members.leader()).isEqualTo(left);
    RaftGroupHost leader = members.member(left);
    assertThat(leader.memberIds()).contains(Set.of(members.id(left)));
    assertThat(leader.others()).isEmpty();
    assertThat(leader.log().confirm().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    assertThat(rows(left)).isEqualTo(count);
  }

  private int rows(int member) {
    TestingShardStore store = members.store(member);
    return (int) store.nextRow(TestingCommands.SHARD);
  }

  @Test
  void theDiskThatIsLeftHasEverythingAndTheGroupHasThreeMembersAgain() throws Exception {
    int left = loseAllBut((members.leader() + 1) % 3);
    int rows = rows(left);
    accept(left);
    put(50, 60);
    assertLeadsAloneWith(left, rows + 10);
    Set<UUID> now = new HashSet<>(Set.of(members.id(left)));
    for (int added : List.of((left + 1) % 3, (left + 2) % 3)) {
      members.start(added);
      members.awaitAdded(now, added);
      now.add(members.id(added));
      put(rows(left), rows(left) + 5);
      members.awaitFollowers(members.leader(), FollowerProgress::isInStep);
      members.awaitSameRows(added, left);
    }
    // The two that are new are a majority.
    members.kill(left);
    int last = rows(members.leader());
    put(last, last + 5);
    members.start(left);
    members.awaitSameRows(left, members.leader());
  }

  @Test
  void whatTheLeaderHadNotAcknowledgedYetStays() throws Exception {
    int left = members.leader();
    for (int member = 0; member < 3; member++) {
      if (member != left) {
        members.kill(member);
        members.replaceDisk(member);
      }
    }
    int rows = rows(left);
    var answer = members.member(left).log().propose(command(50)).toCompletableFuture();
    members.awaitNoLeader(left);
    assertThat(answer.isDone() && !answer.isCompletedExceptionally()).isFalse();
    accept(left);
    assertThat(members.leader()).isEqualTo(left);
    assertLeadsAloneWith(left, rows + 1);
  }

  @Test
  void configurationsInTheLogThatWereNotAppliedDoNotCount() throws Exception {
    int away = (members.leader() + 1) % 3;
    byte[] first = Files.readAllBytes(configuration(members.disk(away)));
    // Another leader begins with an entry that says who the members are.
    members.restart(members.leader());
    members.put(command(50));
    int rows = rows(members.leader());
    int left = loseAllBut(away);
    order(left);
    members.kill(left);
    Files.write(configuration(members.disk(left)), first);
    members.start(left);
    assertLeadsAloneWith(left, rows);
    put(51, 55);
    members.restart(left);
    assertLeadsAloneWith(left, rows + 4);
  }

  private static Path configuration(Path disk) throws IOException {
    try (var files = Files.walk(disk)) {
      return files
          .filter(file -> file.getFileName().toString().equals(GroupConfiguration.FILE))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aStartThatIsInterruptedDoesItOnceMoreAndALaterOneDoesNot() throws Exception {
    int left = loseAllBut((members.leader() + 1) % 3);
    int rows = rows(left);
    order(left);
    members.kill(left);
    Path disk = members.disk(left);
    byte[] order = Files.readAllBytes(disk.resolve(ORDER));
    AcceptedLossOrder.carryOut(
        RaftIdentity.open(
            disk,
            members.store(left).durable(),
            UUID.randomUUID(),
            RaftMembers.alone(UUID.randomUUID()),
            false),
        members.store(left).durable().index());
    assertThat(disk.resolve(ORDER)).doesNotExist();
    // A kill before the order was removed.
    Files.write(disk.resolve(ORDER), order);
    members.start(left);
    assertLeadsAloneWith(left, rows);
    assertThat(disk.resolve(ORDER)).doesNotExist();
    int added = (left + 1) % 3;
    members.start(added);
    members.awaitAdded(Set.of(members.id(left)), added);
    members.kill(left);
    members.start(left);
    put(rows, rows + 5);
    assertThat(members.member(members.leader()).memberIds())
        .contains(Set.of(members.id(left), members.id(added)));
  }

  @Test
  void anOrderForAnotherDiskIsRefused() throws Exception {
    int left = loseAllBut((members.leader() + 1) % 3);
    order(left);
    members.kill(left);
    Path file = members.disk(left).resolve(ORDER);
    Files.writeString(
        file,
        Files.readString(file).replace(members.id(left).toString(), UUID.randomUUID().toString()));
    assertThatThrownBy(() -> members.start(left))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("but this is disk " + members.id(left));
  }

  @Test
  void nothingIsOrderedWhileThereIsALeader() throws Exception {
    int leader = members.leader();
    for (int member = 0; member < 3; member++) {
      assertThat(members.member(member).acceptLoss(before, lostBy(member), REQUEST, AT))
          .as("member %d, leader %d", member, leader)
          .contains("the group has a leader");
      assertThat(RaftGroupHost.isLossAccepted(members.disk(member))).isFalse();
      assertThat(members.disk(member).resolve(LossAudit.FILE)).doesNotExist();
    }
  }

  @Test
  void nothingIsOrderedWithOtherMembersOrWithoutALostMajority() throws Exception {
    int left = loseAllBut((members.leader() + 1) % 3);
    RaftGroupHost host = members.member(left);
    Set<UUID> lost = lostBy(left);
    Set<UUID> others = new HashSet<>(lost);
    others.add(UUID.randomUUID());
    assertThat(host.acceptLoss(others, lost, REQUEST, AT))
        .hasValueSatisfying(why -> assertThat(why).startsWith("the members are ["));
    assertThat(host.acceptLoss(before, Set.of(lost.iterator().next()), REQUEST, AT))
        .hasValueSatisfying(why -> assertThat(why).startsWith("a majority of the members"));
    assertThat(host.acceptLoss(before, before, REQUEST, AT))
        .hasValueSatisfying(why -> assertThat(why).startsWith("the lost ones must be other"));
    assertThat(RaftGroupHost.isLossAccepted(members.disk(left))).isFalse();
  }

  @Test
  void aLineOnTheDiskSaysWhatWasAcceptedAndWhoIsAloneAlreadyDoesNothing() throws Exception {
    int left = loseAllBut((members.leader() + 1) % 3);
    accept(left);
    members.put(command(50));
    RaftGroupHost host = members.member(left);
    assertThat(host.acceptLoss(before, lostBy(left), REQUEST, AT)).isEmpty();
    assertThat(RaftGroupHost.isLossAccepted(members.disk(left))).isFalse();
    List<String> lines = Files.readAllLines(members.disk(left).resolve(LossAudit.FILE));
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .startsWith("{\"time\":\"2026-11-21T03:04:05Z\",\"group\":\"" + host.group())
        .contains("\"disk\":\"" + members.id(left) + "\"")
        .contains("\"request\":\"orders-0: go on from \\u0022this\\u0022 disk\"}");
    lostBy(left).forEach(lost -> assertThat(lines.getFirst()).contains(lost.toString()));
  }
}
