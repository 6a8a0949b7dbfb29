// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.replication.RaftMembers.Addresses;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A leader is confirmed by a majority that is in no later term. */
class TermMajorityTest {
  private final List<UUID> others = Stream.generate(UUID::randomUUID).limit(4).toList();
  private final UUID leader = UUID.randomUUID();
  private final Map<UUID, CompletableFuture<Long>> answers = new HashMap<>();

  /** Five members, of which the leader is in term 7. */
  private CompletableFuture<Void> ask() {
    return ask(new GroupConfiguration(members(others), new TreeMap<>()));
  }

  private CompletableFuture<Void> ask(GroupConfiguration configuration) {
    return TermMajority.of(
        7,
        leader,
        configuration,
        (member, address) -> answers.computeIfAbsent(member, asked -> new CompletableFuture<>()));
  }

  /** The leader and these. */
  private SortedMap<UUID, Addresses> members(List<UUID> followers) {
    SortedMap<UUID, Addresses> members = new TreeMap<>();
    Stream.concat(Stream.of(leader), followers.stream())
        .forEach(member -> members.put(member, new Addresses("host:1", "host:2")));
    return members;
  }

  private CompletableFuture<Long> asked(int member) {
    return Objects.requireNonNull(answers.get(others.get(member)));
  }

  private void answer(int member, long term) {
    asked(member).complete(term);
  }

  private void silent(int member) {
    asked(member).completeExceptionally(new IllegalStateException("no answer"));
  }

  @Test
  void aMajorityInTheSameTermOrAnEarlierOneIsEnough() {
    CompletableFuture<Void> proof = ask();
    answer(0, 7);
    assertThat(proof).isNotDone();
    answer(3, 6);
    assertThat(proof).isCompleted();
  }

  @Test
  void oneMemberInALaterTermIsEnoughToDoubt() {
    CompletableFuture<Void> proof = ask();
    answer(0, 7);
    answer(1, 8);
    answer(2, 7);
    assertRefused(proof, "a member is in term 8, and this leader in term 7");
  }

  @Test
  void aMinorityProvesNothing() {
    CompletableFuture<Void> proof = ask();
    answer(0, 7);
    silent(1);
    silent(2);
    assertThat(proof).isNotDone();
    silent(3);
    assertRefused(proof, "too few members answer");
  }

  @Test
  void whileMembersChangeAMajorityOfThoseBeforeAndOfThoseAfterIsNeeded() {
    CompletableFuture<Void> proof =
        ask(
            new GroupConfiguration(
                members(others.subList(0, 2)), members(List.of(others.get(2), others.get(3)))));
    answer(0, 7);
    answer(1, 7);
    assertThat(proof).isNotDone();
    answer(2, 7);
    assertThat(proof).isCompleted();
  }

  @Test
  void whileMembersChangeASilentMajorityOfThoseBeforeIsEnoughToDoubt() {
    CompletableFuture<Void> proof =
        ask(
            new GroupConfiguration(
                members(others.subList(0, 2)), members(List.of(others.get(2), others.get(3)))));
    answer(0, 7);
    silent(2);
    assertThat(proof).isNotDone();
    silent(3);
    assertRefused(proof, "too few members answer");
  }

  private static void assertRefused(CompletableFuture<Void> proof, String why) {
    assertThat(proof)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(LogRefusedException.class)
        .withMessageContaining(why);
  }
}
