// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.command.FeatureLevel;
import dev.millrace.server.TestingVertx;
import dev.millrace.server.rpc.MemberStanding;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a leader makes of what the other members say. */
class PeerWatchTest {
  private static final UUID FIRST = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID SECOND = UUID.fromString("00000000-0000-4000-8000-000000000002");
  private static final long NOW = 1_700_000_000_000L;

  private final TestingVertx vertx = new TestingVertx();
  private final Map<UUID, MemberStanding> standings = new HashMap<>();
  private boolean leads = true;
  private int handovers;
  private @Nullable String hindrance;
  private FeatureLevel shown = FeatureLevel.VERSION_4;
  private final PeerWatch watch =
      new PeerWatch(
          vertx.vertx(),
          () -> Map.of(FIRST, "first:1", SECOND, "second:1"),
          (member, address) ->
              Optional.ofNullable(standings.get(member))
                  .map(Future::succeededFuture)
                  .orElseGet(() -> Future.failedFuture("no answer")),
          () -> leads,
          () -> NOW,
          () -> Optional.ofNullable(hindrance),
          () -> handovers++,
          () -> shown);

  @AfterEach
  void close() {
    watch.close();
    vertx.close();
  }

  private void look() {
    watch.look().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private void say(UUID member, boolean hasRoom, long clockMillis) {
    standings.put(member, new MemberStanding(hasRoom, clockMillis, FeatureLevel.NEWEST));
  }

  @Test
  void oneMemberWithoutRoomIsEnoughAndLaterHasRoomAgain() {
    say(FIRST, true, NOW);
    say(SECOND, false, NOW);
    look();
    assertThat(watch.haveRoom()).isFalse();
    say(SECOND, true, NOW);
    look();
    assertThat(watch.haveRoom()).isTrue();
  }

  @Test
  void aMemberThatGivesNoAnswerSaysNothing() {
    say(FIRST, true, NOW);
    look();
    assertThat(watch.haveRoom()).isTrue();
    assertThat(watch.agreeOnTime()).isTrue();
  }

  @Test
  void ofThreeClocksTheOneThatIsApartFromBothOthersIsWrong() {
    say(FIRST, true, NOW + 5_001);
    say(SECOND, true, NOW);
    look();
    assertThat(watch.agreeOnTime()).isTrue();
    say(SECOND, true, NOW + 6_000);
    look();
    assertThat(watch.agreeOnTime()).isFalse();
    look();
    assertThat(handovers).as("another member is asked to lead, and not again at once").isEqualTo(1);
  }

  @Test
  void aLeaderThatCannotTakeRecordsHasAnotherOneLeadIfThereIsOne() {
    hindrance = "its clock jumped";
    look();
    assertThat(handovers).as("nobody answers").isZero();
    say(FIRST, true, NOW);
    look();
    look();
    assertThat(handovers).isEqualTo(1);
    assertThat(watch.agreeOnTime()).isTrue();
    hindrance = null;
    look();
    hindrance = "its log has waited 3000 ms for the disk";
    look();
    assertThat(handovers).isEqualTo(2);
  }

  @Test
  void whoDoesNotLeadJudgesNobody() {
    say(FIRST, false, NOW + 60_000);
    say(SECOND, false, NOW + 60_000);
    look();
    assertThat(watch.haveRoom()).isFalse();
    leads = false;
    look();
    assertThat(watch.haveRoom()).isTrue();
    assertThat(watch.agreeOnTime()).isTrue();
  }

  @Test
  void theLevelRisesOnceAllMembersHaveSaidThatTheyCanReadItAndNeverFalls() {
    leads = false;
    say(FIRST, true, NOW);
    look();
    assertThat(watch.level()).as("one has not said it").isEqualTo(FeatureLevel.VERSION_4);
    standings.put(SECOND, new MemberStanding(true, NOW, FeatureLevel.VERSION_4));
    look();
    assertThat(watch.level()).as("one is outdated").isEqualTo(FeatureLevel.VERSION_4);
    standings.remove(FIRST);
    say(SECOND, true, NOW);
    look();
    assertThat(watch.level()).as("one is away and has said it").isEqualTo(FeatureLevel.NEWEST);
    standings.put(SECOND, new MemberStanding(true, NOW, FeatureLevel.VERSION_4));
    look();
    assertThat(watch.level()).isEqualTo(FeatureLevel.NEWEST);
  }

  @Test
  void whatIsInTheLogCanBeReadByAllMembers() {
    shown = FeatureLevel.LARGE_ENTRIES;
    look();
    assertThat(watch.level()).isEqualTo(FeatureLevel.LARGE_ENTRIES);
  }
}
