// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.command.LogPosition;
import dev.millrace.core.port.TestingShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An emptied disk, or half of one, never passes for the member that it was. */
class RaftIdentityTest {
  @TempDir private Path folder;
  private final TestingHalt halt = new TestingHalt();

  private void start(TestingShardStore store) throws IOException {
    TestingGroup.start(folder, TestingBounds.small(), store, halt).close();
  }

  private List<String> identity() throws IOException {
    return Files.readAllLines(folder.resolve("raft-identity"));
  }

  private void delete(String name) throws IOException {
    try (var files = Files.walk(folder.resolve(name))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aFreshFolderIsFormedAndOpensAgainUnderTheSameIds() throws Exception {
    start(new TestingShardStore());
    List<String> formed = identity();
    assertThat(formed).hasSize(3).startsWith("millrace raft identity 1").doesNotHaveDuplicates();
    assertThat(folder.resolve("raft").resolve(formed.get(1)).resolve("current/raft-meta")).exists();
    start(new TestingShardStore());
    assertThat(identity()).isEqualTo(formed);
    assertThat(folder.resolve("raft")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void anIdentityMissingBesideALogRefuses() throws Exception {
    start(new TestingShardStore());
    delete("raft-identity");
    assertThatThrownBy(() -> start(new TestingShardStore()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a Raft log is in")
        .hasMessageContaining("raft-identity is missing: restore the file");
  }

  @Test
  void aLogMissingBesideAnIdentityRefusesAndIsNotFormed() throws Exception {
    start(new TestingShardStore());
    delete("raft");
    assertThatThrownBy(() -> start(new TestingShardStore()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is there but the Raft log it belongs to is gone");
    assertThat(folder.resolve("raft")).doesNotExist();
  }

  @Test
  void aGroupsFolderMissingInTheLogRefuses() throws Exception {
    start(new TestingShardStore());
    delete("raft/" + identity().get(1));
    Files.createDirectory(folder.resolve("raft/other"));
    assertThatThrownBy(() -> start(new TestingShardStore()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is gone");
  }

  @Test
  void aStoreWithoutIdentityAndLogRefuses() throws Exception {
    TestingShardStore store = new TestingShardStore();
    try (RaftGroupHost group = TestingGroup.start(folder, TestingBounds.small(), store, halt)) {
      // Else a slow machine closes the group before it has applied anything.
      group.log().propose(TestingCommands.tiny(1)).toCompletableFuture().get();
    }
    delete("raft");
    delete("raft-identity");
    assertThatThrownBy(() -> start(store.crash()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the store holds entries up to " + store.durable());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aKillWhileFormingFormsTheSameGroupAtTheNextStart() throws Exception {
    RaftIdentity forming =
        RaftIdentity.open(
            folder,
            LogPosition.NONE,
            UUID.randomUUID(),
            RaftMembers.alone(UUID.randomUUID()),
            false);
    assertThat(folder.resolve("raft-identity")).doesNotExist();
    start(new TestingShardStore());
    assertThat(identity())
        .containsExactly(
            "millrace raft identity 1",
            forming.group().toString(),
            forming.members().self().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "millrace raft identity 2\na\nb\n", "millrace raft identity 1\na\nb\n"})
  void aDamagedIdentityRefuses(String content) throws Exception {
    start(new TestingShardStore());
    Files.writeString(folder.resolve("raft-identity"), content);
    assertThatThrownBy(() -> start(new TestingShardStore()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("raft-identity must ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theMembersOfTheGroupAreKeptWithTheIdentity(boolean joins) throws Exception {
    UUID self = UUID.randomUUID();
    RaftMembers members =
        RaftMembers.of(
            self,
            Map.of(
                self,
                new RaftMembers.Addresses("a:4570", "a:4569"),
                UUID.randomUUID(),
                new RaftMembers.Addresses("b:4570", "b:4569")));
    RaftIdentity forming =
        RaftIdentity.open(folder, LogPosition.NONE, UUID.randomUUID(), members, joins);
    RaftIdentity again =
        RaftIdentity.open(
            folder,
            LogPosition.NONE,
            UUID.randomUUID(),
            RaftMembers.alone(UUID.randomUUID()),
            false);
    assertThat(again).isEqualTo(forming);
    assertThat(again.members()).isEqualTo(members);
  }
}
