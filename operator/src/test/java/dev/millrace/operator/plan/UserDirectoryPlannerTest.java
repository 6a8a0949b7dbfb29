// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.identity.UserDirectory;
import dev.millrace.core.identity.UserDirectory.ListedKey;
import dev.millrace.core.identity.UserDirectory.ListedUser;
import dev.millrace.core.identity.UserDirectory.TokenIssuer;
import dev.millrace.operator.plan.UserDirectoryPlanner.DeclaredUser;
import dev.millrace.operator.plan.UserDirectoryPlanner.DirectoryPlan;
import dev.millrace.operator.plan.UserDirectoryPlanner.DrawnKey;
import dev.millrace.operator.plan.UserDirectoryPlanner.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A key is given out once all fronts know it, and a replaced one is accepted for its overlap. */
class UserDirectoryPlannerTest {
  private static final Instant START = Instant.parse("2026-12-01T10:00:00Z");
  private static final Duration SPREADING = Duration.ofMinutes(2);
  private static final Duration OVERLAP = Duration.ofHours(1);

  private final AtomicInteger drawn = new AtomicInteger();
  private final UserDirectoryPlanner planner =
      new UserDirectoryPlanner(
          SPREADING, () -> new DrawnKey("AKIA" + drawn.incrementAndGet(), "secret"));

  private static DeclaredUser user(String name, long keyGeneration) {
    return user(name, null, keyGeneration, Optional.empty());
  }

  private static DeclaredUser user(
      String name, @Nullable String policy, long keyGeneration, Optional<ListedKey> held) {
    return new DeclaredUser(
        name,
        "AIDA" + name,
        "2026-12-01T09:00:00Z",
        policy,
        List.of(),
        keyGeneration,
        OVERLAP,
        held);
  }

  private DirectoryPlan plan(Optional<UserDirectory> current, Instant now, DeclaredUser... users) {
    return planner.plan(List.of(users), current, Optional.empty(), now);
  }

  private static List<String> keys(DirectoryPlan plan) {
    return plan.directory().users().stream()
        .flatMap(user -> user.keys().stream())
        .map(ListedKey::id)
        .toList();
  }

  private static UserState state(DirectoryPlan plan, String user) {
    return Objects.requireNonNull(plan.states().get(user));
  }

  private static Optional<String> given(DirectoryPlan plan) {
    return state(plan, "app").key().map(ListedKey::id);
  }

  @Test
  void aKeyIsListedAtOnceAndGivenOutWhenItHasSpread() {
    DirectoryPlan first = plan(Optional.empty(), START, user("app", 1));
    assertThat(keys(first)).containsExactly("AKIA1");
    assertThat(given(first)).isEmpty();
    assertThat(state(first, "app").ready().reason()).isEqualTo("KeySpreading");
    assertThat(state(first, "app").recheckAfter()).contains(SPREADING);

    Instant spread = START.plus(SPREADING);
    Optional<UserDirectory> listed = Optional.of(first.directory());
    assertThat(given(plan(listed, spread.minusMillis(1), user("app", 1)))).isEmpty();
    DirectoryPlan later = plan(listed, spread, user("app", 1));
    assertThat(given(later)).contains("AKIA1");
    assertThat(state(later, "app").ready().holds()).isTrue();
    assertThat(state(later, "app").recheckAfter()).isEmpty();
    assertThat(later.directory()).isEqualTo(first.directory());
  }

  @Test
  void aReplacedKeyIsGivenOutUntilTheNewOneHasSpreadAndAcceptedForTheOverlapAfterThat() {
    Instant replaced = START.plus(Duration.ofDays(1));
    DirectoryPlan old = plan(Optional.empty(), START, user("app", 1));
    DirectoryPlan both = plan(Optional.of(old.directory()), replaced, user("app", 2));
    assertThat(keys(both)).containsExactly("AKIA2", "AKIA1");
    assertThat(given(both)).contains("AKIA1");
    assertThat(state(both, "app").ready().holds()).isFalse();

    Instant spread = replaced.plus(SPREADING);
    Optional<UserDirectory> listed = Optional.of(both.directory());
    DirectoryPlan overlapping = plan(listed, spread, user("app", 2));
    assertThat(given(overlapping)).contains("AKIA2");
    assertThat(keys(overlapping)).containsExactly("AKIA2", "AKIA1");
    assertThat(state(overlapping, "app").recheckAfter()).contains(OVERLAP);
    assertThat(keys(plan(listed, spread.plus(OVERLAP).minusMillis(1), user("app", 2))))
        .containsExactly("AKIA2", "AKIA1");
    assertThat(keys(plan(listed, spread.plus(OVERLAP), user("app", 2)))).containsExactly("AKIA2");
  }

  @Test
  void aKeyThatIsReplacedTwiceDoesNotLiveLonger() {
    DirectoryPlan one = plan(Optional.empty(), START, user("app", 1));
    DirectoryPlan two = plan(Optional.of(one.directory()), START, user("app", 2));
    Instant later = START.plus(Duration.ofMinutes(30));
    DirectoryPlan three = plan(Optional.of(two.directory()), later, user("app", 3));
    assertThat(keys(three)).containsExactly("AKIA3", "AKIA2", "AKIA1");
    Instant firstEnds = START.plus(SPREADING).plus(OVERLAP);
    assertThat(keys(plan(Optional.of(three.directory()), firstEnds, user("app", 3))))
        .containsExactly("AKIA3", "AKIA2");
  }

  @Test
  void whoIsNotDeclaredAnyMoreIsNotListedAndALaterUserOfTheNameHasAnotherKey() {
    DirectoryPlan both = plan(Optional.empty(), START, user("app", 1), user("other", 1));
    DirectoryPlan one = plan(Optional.of(both.directory()), START, user("other", 1));
    assertThat(one.directory().users()).extracting(ListedUser::name).containsExactly("other");
    DeclaredUser successor =
        new DeclaredUser(
            "app",
            "AIDAnext",
            "2026-12-01T09:30:00Z",
            null,
            List.of(),
            1,
            OVERLAP,
            Optional.empty());
    DirectoryPlan next =
        planner.plan(List.of(successor), Optional.of(both.directory()), Optional.empty(), START);
    assertThat(keys(next)).containsExactly("AKIA3");
  }

  @Test
  void aDirectoryThatSomebodyDeletedIsMadeAgainWithTheKeysThatUsersHave() {
    ListedKey held = new ListedKey("AKIAheld", "s", 4, START.minusSeconds(9_999).toString(), null);
    DirectoryPlan again = plan(Optional.empty(), START, user("app", null, 4, Optional.of(held)));
    assertThat(keys(again)).containsExactly("AKIAheld");
    assertThat(given(again)).contains("AKIAheld");
  }

  @Test
  void aUserWithABadPolicyOrNameIsNotListedAndTheOthersAre() {
    String policy = "{\"Statement\": []}";
    String longName = "n".repeat(65);
    DirectoryPlan plan =
        plan(
            Optional.empty(),
            START,
            user("bad", policy, 1, Optional.empty()),
            user(longName, 1),
            user("good", 1));
    assertThat(plan.directory().users()).extracting(ListedUser::name).containsExactly("good");
    assertThat(state(plan, "bad").ready())
        .isEqualTo(
            ConditionState.no("InvalidPolicy", "spec.policy: Statement: must not be empty."));
    assertThat(state(plan, longName).ready())
        .isEqualTo(
            ConditionState.no(
                "InvalidName", "metadata.name must have at most 64 characters, found 65"));
  }

  @Test
  void aNamespaceHasAHundredUsersTheOldestOnes() {
    DeclaredUser[] users =
        IntStream.range(0, 101)
            .mapToObj(i -> user("u%03d".formatted(i), 1))
            .toArray(DeclaredUser[]::new);
    DirectoryPlan plan = plan(Optional.empty(), START, users);
    assertThat(plan.directory().users()).hasSize(100);
    assertThat(state(plan, "u100").ready().reason()).isEqualTo("TooManyUsers");
  }

  @Test
  void anIssuerThatIsUnknownForAWhileStaysKnownToTheFronts() {
    TokenIssuer issuer = new TokenIssuer("https://issuer", "sts.amazonaws.com", "{}");
    DirectoryPlan first = planner.plan(List.of(), Optional.empty(), Optional.of(issuer), START);
    assertThat(plan(Optional.of(first.directory()), START).directory().tokens()).isEqualTo(issuer);
  }
}
