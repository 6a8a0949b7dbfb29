// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.apply.ReplicasDifferException;
import dev.millrace.core.command.Command;
import dev.millrace.core.command.Command.AppendRecords;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.record.RecordBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose rows are not those of its leader ends, and the others go on. */
@Timeout(120)
class ReplicasAgreeTest {
  @TempDir private Path folder;
  private TestingMembers members;

  @BeforeEach
  void form() throws Exception {
    members = new TestingMembers(folder, 3);
    members.startAll();
    members.put(TestingCommands.open());
  }

  @AfterEach
  void stop() throws Exception {
    members.close();
  }

  /** What the leader does after enough rows: compares its newest state row and writes another. */
  private void renew() throws Exception {
    members.put(
        new Command.RenewState(
            TestingCommands.SHARD,
            Optional.of(
                members
                    .store(members.leader())
                    .state(TestingCommands.SHARD)
                    .orElseThrow()
                    .newestStateRow())));
  }

  /** The record with this number is another one. */
  private static Command changed(Command command, long number) {
    if (!(command instanceof AppendRecords append) || append.arrivalMillis() != number) {
      return command;
    }
    byte[] other = new byte[append.records().sizeBytes()];
    append.records().payload().duplicate().get(other);
    other[other.length / 2] ^= 1;
    return new AppendRecords(
        append.shard(),
        append.arrivalMillis(),
        append.batch(),
        append.throttled(),
        new RecordBatch(1, ByteBuffer.wrap(other)));
  }

  private void assertEndsDiffering(int member) throws Exception {
    members.awaitHalted(member, ReplicasDifferException.class);
  }

  @Test
  void replicasWithTheSameRowsGoOnThroughAllRenewals() throws Exception {
    for (long n = 0; n < 10; n++) {
      members.put(TestingCommands.append(n, 100));
      renew();
    }
    members.awaitSameRows(0, 1);
    members.awaitSameRows(1, 2);
  }

  @Test
  void aReplicaWithOneOtherByteEndsAtTheSecondRenewalAndAtEachStartAndTheOthersGoOn()
      throws Exception {
    int leader = members.leader();
    int differing = (leader + 1) % 3;
    members.store(differing).misapply(command -> changed(command, 3));
    for (long n = 0; n < 6; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    renew();
    members.put(TestingCommands.append(6, 100));
    renew();
    assertEndsDiffering(differing);
    members.put(TestingCommands.append(7, 100));
    renew();
    members.awaitSameRows(leader, (leader + 2) % 3);
    members.start(differing);
    assertEndsDiffering(differing);
    members.put(TestingCommands.append(8, 100));
    members.awaitSameRows(leader, (leader + 2) % 3);
  }

  /** Its rows have other positions from then on. */
  @Test
  void aReplicaThatMissesABatchEndsToo() throws Exception {
    int differing = (members.leader() + 1) % 3;
    members
        .store(differing)
        .misapply(
            command ->
                command instanceof AppendRecords append && append.arrivalMillis() == 3
                    ? TestingCommands.tiny(1000)
                    : command);
    for (long n = 0; n < 6; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    renew();
    renew();
    assertEndsDiffering(differing);
    members.put(TestingCommands.append(6, 100));
  }

  @Test
  void whereTheLeaderIsTheOneThatDiffersTheOthersEndAndNothingMoreIsAcknowledged()
      throws Exception {
    int leader = members.leader();
    members.store(leader).misapply(command -> changed(command, 3));
    for (long n = 0; n < 6; n++) {
      members.put(TestingCommands.append(n, 100));
    }
    renew();
    renew();
    assertEndsDiffering((leader + 1) % 3);
    assertEndsDiffering((leader + 2) % 3);
    CompletableFuture<?> alone =
        members.member(leader).log().propose(TestingCommands.append(6, 100)).toCompletableFuture();
    assertThat(alone)
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(LogRefusedException.class);
  }
}
