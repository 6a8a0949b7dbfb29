// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An empty disk in the place of a lost one is a new member, and nothing is lost meanwhile. */
@Timeout(300)
class MemberReplacementTest {
  @TempDir private Path folder;
  private TestingMembers members;

  @BeforeEach
  void form() throws Exception {
    form(3);
  }

  private void form(int count) throws Exception {
    members =
        new TestingMembers(
            folder.resolve(count + " members"),
            count,
            TestingBounds.ofShortLogs().startTimeout(Duration.ofSeconds(5)).build());
    members.startAll();
    members.put(TestingCommands.open());
    put(1, 60);
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

  private int follower() {
    return (members.leader() + 1) % 3;
  }

  /** A row for each command, and the same rows as the leader has. */
  private void assertHoldsAll(int member, int count) {
    members.awaitSameRows(member, members.leader());
    assertThat(members.store(member).dump()).hasSizeGreaterThanOrEqualTo(count);
  }

  @Test
  void anEmptyDiskTakesOverTheRowsAndCountsOnceItIsAMember() throws Exception {
    int lost = follower();
    members.kill(lost);
    UUID before = members.replaceDisk(lost);
    put(60, 70);
    members.start(lost);
    put(70, 80);
    members.awaitReplaced(before, lost);
    // With it and without another one there is a majority.
    int other = 3 - lost - members.leader();
    members.kill(other);
    put(80, 90);
    assertHoldsAll(lost, 89);
    members.restart(lost);
    put(90, 100);
    assertHoldsAll(lost, 99);
  }

  @Test
  void aDiskThatIsNoMemberYetIsNoneOfTheMajority() throws Exception {
    int lost = follower();
    members.kill(lost);
    members.replaceDisk(lost);
    members.start(lost);
    int leader = members.leader();
    members.kill(3 - lost - leader);
    assertThat(members.member(leader).log().propose(command(60)).toCompletableFuture())
        .as("one of three, and a disk that nobody knows")
        .failsWithin(Duration.ofSeconds(30));
    assertThat(members.member(lost).isRunning()).isTrue();
    assertThat(members.member(lost).leads()).isFalse();
  }

  @Test
  void membersAreReplacedOnlyWhileAMajorityOfTheOthersKeepsUp() throws Exception {
    int lost = follower();
    members.kill(lost);
    UUID before = members.replaceDisk(lost);
    members.start(lost);
    int leader = members.leader();
    RaftGroupHost leading = members.member(leader);
    Set<UUID> expected = leading.memberIds().orElseThrow();
    members.kill(3 - lost - leader);
    members.awaitFollowers(leader, follower -> !follower.isInStep());
    assertThat(
            leading.admit(expected, Optional.of(before), members.id(lost), members.addresses(lost)))
        .hasValueSatisfying(
            why -> assertThat(why).containsAnyOf("no majority", "does not lead the group"));
  }

  @Test
  void membersOtherThanExpectedAreNotReplaced() throws Exception {
    int lost = follower();
    members.kill(lost);
    UUID before = members.replaceDisk(lost);
    members.start(lost);
    assertThat(members.replace(UUID.randomUUID(), lost))
        .hasValueSatisfying(why -> assertThat(why).startsWith("the members are"));
    members.awaitReplaced(before, lost);
    assertThat(members.replace(before, lost)).as("what is done").isEmpty();
  }

  @Test
  void allMembersAreReplacedOneAfterTheOther() throws Exception {
    long next = 60;
    for (int member = 0; member < 3; member++) {
      members.kill(member);
      UUID before = members.replaceDisk(member);
      members.start(member);
      put(next, next + 10);
      next += 10;
      members.awaitReplaced(before, member);
      members.awaitFollowers(members.leader(), FollowerProgress::isInStep);
    }
    for (int member = 0; member < 3; member++) {
      assertHoldsAll(member, (int) next - 1);
      members.restart(member);
    }
    put(next, next + 5);
    assertHoldsAll(0, (int) next + 4);
  }

  @Test
  void whoCatchesUpByRowsLearnsWhoTheMembersAre() throws Exception {
    members.close();
    form(5);
    int away = (members.leader() + 1) % 5;
    members.kill(away);
    int lost =
        (members.leader() + 2) % 5 == away
            ? (members.leader() + 3) % 5
            : (members.leader() + 2) % 5;
    members.kill(lost);
    UUID before = members.replaceDisk(lost);
    members.start(lost);
    members.awaitReplaced(before, lost);
    put(60, 70);
    CatchUp.need(members.disk(away), 0);
    members.start(away);
    assertThat(members.member(away).others())
        .containsKey(members.id(lost))
        .doesNotContainKey(before)
        .hasSize(4);
    assertHoldsAll(away, 69);
  }
}
