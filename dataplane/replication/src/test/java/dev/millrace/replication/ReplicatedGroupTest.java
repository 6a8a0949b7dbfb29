// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members over gRPC: what was acknowledged is on a majority, and stays so. */
@Timeout(120)
class ReplicatedGroupTest {
  /** A record of the greatest size, with its partition key. */
  private static final int LARGE_BYTES = 10 << 20;

  @TempDir private Path folder;
  private TestingMembers members;

  @BeforeEach
  void form() throws Exception {
    members = new TestingMembers(folder, 3);
    members.startAll();
  }

  @AfterEach
  void stop() throws Exception {
    members.close();
  }

  private static Long[] range(long from, long to) {
    return LongStream.range(from, to).boxed().toArray(Long[]::new);
  }

  @Test
  void everyMemberAppliesWhatWasAcknowledgedInOneOrder() throws Exception {
    for (long n = 0; n < 50; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    for (int member = 0; member < 3; member++) {
      assertThat(members.awaitApplied(member, 50)).containsExactly(range(0, 50));
    }
  }

  @Test
  void recordsOfTenMebibytesAreOnAllMembersAlsoOnOneThatWasAwayAndOneThatReplaysThem()
      throws Exception {
    int away = (members.leader() + 1) % 3;
    members.kill(away);
    for (long n = 0; n < 12; n++) {
      members.put(TestingCommands.append(n, n % 3 == 2 ? 100 : LARGE_BYTES));
    }
    members.start(away);
    assertThat(members.awaitApplied(away, 12)).containsExactly(range(0, 12));
    members.kill(away);
    members.start(away);
    members.put(TestingCommands.append(12, LARGE_BYTES));
    for (int member = 0; member < 3; member++) {
      assertThat(members.awaitApplied(member, 13)).containsExactly(range(0, 13));
    }
  }

  @Test
  void asLongAsAMemberRunsAnEarlierBuildLargeRecordsAreRefusedAndOthersTaken() throws Exception {
    members.level(FeatureLevel.VERSION_4);
    members.put(TestingCommands.append(0, 1 << 20));
    CompletableFuture<?> refused =
        members
            .member(members.leader())
            .log()
            .propose(TestingCommands.append(1, LARGE_BYTES))
            .toCompletableFuture();
    assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            LogRefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.MEMBER_OUTDATED));
    members.level(FeatureLevel.NEWEST);
    members.put(TestingCommands.append(1, LARGE_BYTES));
    assertThat(members.awaitApplied(members.leader(), 2)).containsExactly(0L, 1L);
  }

  @Test
  void asLongAsAMemberRunsAnEarlierBuildEncryptedRecordsAreRefused() throws Exception {
    members.level(FeatureLevel.LARGE_ENTRIES);
    CompletableFuture<?> refused =
        members
            .member(members.leader())
            .log()
            .propose(TestingCommands.encrypted(0))
            .toCompletableFuture();
    assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            LogRefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.MEMBER_OUTDATED));
    members.level(FeatureLevel.NEWEST);
    members.put(TestingCommands.encrypted(0));
    assertThat(members.awaitApplied(members.leader(), 1)).containsExactly(0L);
  }

  @Test
  void aFollowerRefusesCommandsAndSaysThatItDoesNotLead() throws Exception {
    int leader = members.leader();
    CompletableFuture<?> refused =
        members
            .member((leader + 1) % 3)
            .log()
            .propose(TestingCommands.tiny(1))
            .toCompletableFuture();
    assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            LogRefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NOT_LEADER));
  }

  @Test
  void whenTheLeaderIsKilledTheOthersGoOnWithAllThatWasAcknowledged() throws Exception {
    for (long n = 0; n < 20; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    int killed = members.leader();
    members.kill(killed);
    for (long n = 20; n < 40; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    assertThat(members.leader()).isNotEqualTo(killed);
    members.start(killed);
    for (int member = 0; member < 3; member++) {
      assertThat(members.awaitApplied(member, 40)).containsExactly(range(0, 40));
    }
  }

  @Test
  void aLeaderThatStopsInOrderHasAnotherOneElectedFirst() throws Exception {
    members.put(TestingCommands.append(0, 100));
    int stopped = members.leader();
    long term = members.member(stopped).term();
    members.stop(stopped);
    // Without a word the others would miss it after a second at the earliest.
    assertThat(members.member((stopped + 1) % 3).term()).isGreaterThan(term);
    members.put(TestingCommands.append(1, 100));
    assertThat(TestingCommands.numbers(members.store(members.leader()))).containsExactly(0L, 1L);
  }

  @Test
  void aLeaderKnowsWhoKeepsUp() throws Exception {
    members.put(TestingCommands.append(0, 100));
    int leader = members.leader();
    assertThat(members.member((leader + 1) % 3).followers()).isEmpty();
    members.awaitFollowers(leader, follower -> follower.behind() == 0);
    assertThat(members.member(leader).followers())
        .extracting(FollowerProgress::member)
        .containsExactlyInAnyOrder(members.id((leader + 1) % 3), members.id((leader + 2) % 3));
    members.kill((leader + 1) % 3);
    members.put(TestingCommands.append(1, 100));
    UUID gone = members.id((leader + 1) % 3);
    members.awaitFollowers(
        leader, follower -> follower.member().equals(gone) == (follower.behind() > 0));
  }

  @Test
  void aMinorityAcknowledgesNothing() throws Exception {
    members.put(TestingCommands.append(0, 100));
    int leader = members.leader();
    members.kill((leader + 1) % 3);
    members.kill((leader + 2) % 3);
    CompletableFuture<?> alone =
        members.member(leader).log().propose(TestingCommands.append(1, 100)).toCompletableFuture();
    // It steps down once it has heard from no majority, and says that it does not know.
    assertThatThrownBy(() -> alone.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            LogRefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME));
    assertThat(TestingCommands.numbers(members.store(leader))).containsExactly(0L);
    members.start((leader + 1) % 3);
    members.put(TestingCommands.append(2, 100));
    assertThat(TestingCommands.numbers(members.store(members.leader())))
        .startsWith(0L)
        .endsWith(2L);
  }

  @Test
  void aLeaderIsConfirmedOnlyByAMajorityAndHasThenAppliedWhatWasAcknowledged() throws Exception {
    members.put(TestingCommands.append(0, 100));
    int leader = members.leader();
    members.member(leader).log().confirm().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(TestingCommands.numbers(members.store(leader))).containsExactly(0L);
    assertNotConfirmed((leader + 1) % 3);
    members.kill((leader + 1) % 3);
    members.member(leader).log().confirm().toCompletableFuture().get(20, TimeUnit.SECONDS);
    members.kill((leader + 2) % 3);
    assertNotConfirmed(leader);
  }

  private void assertNotConfirmed(int member) {
    CompletableFuture<Void> confirmation =
        members.member(member).log().confirm().toCompletableFuture();
    assertThatThrownBy(() -> confirmation.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            LogRefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NOT_LEADER));
  }

  @Test
  void aMemberWithACertificateOfAnotherAuthorityIsNotLetIn() throws Exception {
    int stranger = (members.leader() + 1) % 3;
    members.kill(stranger);
    members.replaceCertificates(stranger, new TestingAuthority("somebody else"));
    members.start(stranger);
    for (long n = 0; n < 20; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    assertThat(TestingCommands.numbers(members.store(stranger))).isEmpty();
    assertThat(members.leader()).isNotEqualTo(stranger);
  }

  @Test
  void certificatesAndTheirAuthorityAreReplacedUnderLoad() throws Exception {
    try (ExecutorService load = Executors.newSingleThreadExecutor()) {
      AtomicBoolean goOn = new AtomicBoolean(true);
      Future<Long> written =
          load.submit(
              () -> {
                long n = 0;
                for (; goOn.get(); n++) {
                  members.put(TestingCommands.append(n, 100));
                }
                return n;
              });
      members.rotate();
      int restarted = (members.leader() + 1) % 3;
      members.restart(restarted);
      goOn.set(false);
      long count = written.get(60, TimeUnit.SECONDS);
      for (int member = 0; member < 3; member++) {
        assertThat(members.awaitApplied(member, (int) count)).containsExactly(range(0, count));
      }
    }
  }

  @Test
  void afterAPowerCutOfAllThreeEverythingThatWasAcknowledgedIsThere() throws Exception {
    for (long n = 0; n < 30; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    for (int member = 0; member < 3; member++) {
      members.kill(member);
    }
    members.startAll();
    members.put(TestingCommands.append(30, 100));
    for (int member = 0; member < 3; member++) {
      assertThat(members.awaitApplied(member, 31)).containsExactly(range(0, 31));
    }
  }
}
