// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.BatchNumber;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.ShardCommand;
import dev.millrace.core.command.LogPosition;
import dev.millrace.core.command.StateRowDigest;
import dev.millrace.core.record.RecordBatch;
import dev.millrace.core.shard.HashKeyRange;
import dev.millrace.core.shard.ShardId;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Replicas that hold the same rows have the same digest, and one that does not is found. */
class RowDigestTest {
  private static final ShardRef SHARD = new ShardRef(new StreamId(1), new ShardId(0));

  private static Command.OpenShard open(boolean digested) {
    return new Command.OpenShard(SHARD, HashKeyRange.ALL, List.of(), 1_700_000_000L, digested);
  }

  private static ShardCommand append(String key) {
    byte[] bytes = key.getBytes(UTF_8);
    return new Command.AppendRecords(
        SHARD,
        1_700_000_000_000L,
        BatchNumber.NONE,
        List.of(),
        new RecordBatch.Builder(16).add(bytes, bytes, 0, bytes.length).build());
  }

  private static ShardCommand renew(ShardState leaders) {
    return new Command.RenewState(SHARD, Optional.of(leaders.newestStateRow()));
  }

  /** The state after commands, each in an entry of its own. */
  private static ShardState after(ShardCommand... commands) {
    Optional<ShardState> state = Optional.empty();
    for (int index = 0; index < commands.length; index++) {
      state = ShardMachine.apply(state, commands[index], new LogPosition(1, index)).state();
    }
    return state.orElseThrow();
  }

  private static ShardState next(ShardState state, ShardCommand command) {
    LogPosition at = new LogPosition(1, state.applied().index() + 1);
    return ShardMachine.apply(Optional.of(state), command, at).state().orElseThrow();
  }

  @Test
  void itDependsOnEveryBitOfTheRowOnItsPositionAndOnTheRowsBefore() {
    byte[] row = new byte[300];
    new Random(11).nextBytes(row);
    RowDigest digest = RowDigest.START.after(5, ByteBuffer.wrap(row));
    List<RowDigest> others = new ArrayList<>();
    for (int bit = 0; bit < 8 * row.length; bit++) {
      byte[] changed = row.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      others.add(RowDigest.START.after(5, ByteBuffer.wrap(changed)));
    }
    for (int bit = 0; bit < 63; bit++) {
      others.add(RowDigest.START.after(5 ^ 1L << bit, ByteBuffer.wrap(row)));
    }
    for (int bit = 0; bit < 32; bit++) {
      others.add(new RowDigest(1L << bit).after(5, ByteBuffer.wrap(row)));
    }
    others.add(RowDigest.START.after(5, ByteBuffer.wrap(row, 0, row.length - 1)));
    assertThat(others).doesNotContain(digest).doesNotHaveDuplicates();
  }

  /** Stored digests must be computed in the same way by every later build. */
  @Test
  void theDigestOfKnownRowsStays() {
    RowDigest digest = RowDigest.START.after(1, ByteBuffer.wrap("one".getBytes(UTF_8)));
    assertThat(digest.value()).isEqualTo(572970102L);
    assertThat(digest.after(2, ByteBuffer.wrap("two".getBytes(UTF_8))).value())
        .isEqualTo(1538556606L);
  }

  @Test
  void theSameCommandsGiveTheSameDigestAndTheOrderCounts() {
    RowDigest digest = after(open(true), append("a"), append("b")).digest();
    assertThat(after(open(true), append("a"), append("b")).digest()).isEqualTo(digest);
    assertThat(after(open(true), append("b"), append("a")).digest()).isNotEqualTo(digest);
    assertThat(after(open(true), append("a"), append("b"), append("c")).digest())
        .isNotEqualTo(digest);
  }

  @Test
  void aStateRowStoresTheDigestOfAllRowsBeforeIt() {
    ShardState before = after(open(true), append("a"), append("b"));
    for (ShardCommand command :
        List.of(
            new Command.RenewState(SHARD),
            new Command.TrimShard(SHARD, 2),
            new Command.OpenSession(SHARD, 3, 8),
            new Command.SealShard(SHARD, 1_700_000_001L))) {
      ShardState renewed = next(before, command);
      assertThat(renewed.stateRowDigest()).isEqualTo(before.digest());
      assertThat(renewed.digest()).isNotEqualTo(before.digest());
      assertThat(renewed.newestStateRow())
          .isEqualTo(new StateRowDigest(3, 3, before.digest().value()));
    }
  }

  @Test
  void aRenewalWithTheLeadersDigestIsApplied() {
    ShardState leader = next(after(open(true), append("a")), new Command.RenewState(SHARD));
    ShardState renewed = next(next(leader, append("b")), renew(leader));
    assertThat(renewed.stateRow()).isEqualTo(4);
  }

  @Test
  void aReplicaWithOtherRowsRejectsTheRenewal() {
    ShardState leader = next(after(open(true), append("a")), new Command.RenewState(SHARD));
    ShardState replica = next(after(open(true), append("b")), new Command.RenewState(SHARD));
    assertThatThrownBy(() -> next(replica, renew(leader)))
        .isInstanceOf(ReplicasDifferException.class)
        .hasMessage(
            "shard %s differs from the leader's: the state row that entry 2 wrote is at position 2 after rows with digest %d, expected position 2 and digest %d",
            SHARD, replica.stateRowDigest().value(), leader.stateRowDigest().value());
  }

  /** A replica that appended a batch too many has no state row at the position of the leader's. */
  @Test
  void aReplicaWithMoreRowsRejectsTheRenewal() {
    ShardState leader =
        next(after(open(true), append("a"), append("b")), new Command.RenewState(SHARD));
    Optional<ShardState> replica = Optional.of(after(open(true), append("a"), append("b")));
    replica = ShardMachine.apply(replica, append("b"), replica.get().applied()).state();
    ShardState renewed = next(replica.orElseThrow(), new Command.RenewState(SHARD));
    assertThat(renewed.stateRow()).isNotEqualTo(leader.stateRow());
    assertThatThrownBy(() -> next(renewed, renew(leader)))
        .isInstanceOf(ReplicasDifferException.class)
        .hasMessageContaining("position 4")
        .hasMessageContaining("expected position 3");
  }

  @Test
  void aDifferenceStaysAfterARenewalThatComparedNothing() {
    ShardState leader = after(open(true), append("a"));
    ShardState replica = after(open(true), append("b"));
    for (int i = 0; i < 3; i++) {
      leader = next(next(leader, new Command.RenewState(SHARD)), append("c"));
      replica = next(next(replica, new Command.RenewState(SHARD)), append("c"));
    }
    ShardCommand renewal = renew(leader);
    ShardState differing = replica;
    assertThatThrownBy(() -> next(differing, renewal)).isInstanceOf(ReplicasDifferException.class);
  }

  @Test
  void aRenewalThatNamesAnOlderStateRowOrNoneComparesNothing() {
    ShardState leader = next(after(open(true), append("a")), new Command.RenewState(SHARD));
    ShardState replica = next(after(open(true), append("b")), new Command.RenewState(SHARD));
    ShardState trimmed = next(replica, new Command.TrimShard(SHARD, 1));
    assertThatCode(() -> next(trimmed, renew(leader))).doesNotThrowAnyException();
    assertThatCode(() -> next(replica, new Command.RenewState(SHARD))).doesNotThrowAnyException();
  }

  /** Replicas of an earlier build may apply the rows before, and cannot apply the renewal. */
  @Test
  void aShardOfAnEarlierBuildHasADigestFromTheFirstRenewalOnThatNamesAStateRow() {
    ShardState old = after(open(false), append("a"), new Command.RenewState(SHARD), append("b"));
    assertThat(old.digest()).isEqualTo(RowDigest.NONE);
    assertThat(old.newestStateRow()).isEqualTo(new StateRowDigest(2, 2, -1));
    ShardState renewed = next(old, renew(old));
    assertThat(renewed.stateRowDigest()).isEqualTo(RowDigest.START);
    assertThat(renewed.digest().hasBegun()).isTrue();
    ShardState again = next(next(renewed, append("c")), renew(renewed));
    assertThat(again.stateRowDigest()).isEqualTo(next(renewed, append("c")).digest());
  }
}
