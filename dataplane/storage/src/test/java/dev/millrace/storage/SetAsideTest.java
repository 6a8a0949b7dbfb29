// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is given up becomes another one, whole or not at all, and its files stay. */
class SetAsideTest {
  private static final String WHY = "byte 20 is damaged";
  private static final List<String> MOVED =
      List.of(
          "assignments.json",
          "disk",
          "raft/group/current/log_inprogress_0",
          "raft-behind",
          "raft-identity",
          "store/000001.sst");
  private static final List<String> LEFT =
      List.of(
          "accepted-losses.jsonl",
          "groups/1/raft-identity",
          "native/library",
          "publication-1.json",
          "token.key");

  @TempDir private Path temporary;
  private int folders;

  /** A used data folder whose disk is ordered to be given up. */
  private Path ordered(UUID disk) throws IOException {
    Path folder = temporary.resolve("data-" + folders++);
    DataFolder.open(folder).close();
    for (String name : Stream.concat(MOVED.stream(), LEFT.stream()).toList()) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "of " + name);
    }
    Files.writeString(folder.resolve("disk"), disk + "\n");
    try (DataFolder data = DataFolder.open(folder)) {
      data.giveUp(disk, WHY, List.of("assignments.json"));
    }
    return folder;
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  private static void assertIsAnother(Path folder, UUID before) throws IOException {
    UUID now;
    try (DataFolder data = DataFolder.open(folder)) {
      now = data.disk(UUID::randomUUID);
    }
    assertThat(now).isNotEqualTo(before);
    Map<String, String> files = files(folder);
    List<String> expected = new ArrayList<>(List.of("disk", "format", "lock"));
    expected.addAll(LEFT);
    String aside = "set-aside/" + before + "/";
    MOVED.forEach(name -> expected.add(aside + name));
    expected.add(aside + "reason.txt");
    assertThat(files.keySet()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(files.get(aside + "reason.txt")).contains(WHY);
    assertThat(files.get(aside + "disk")).isEqualTo(before + "\n");
    assertThat(files.get(aside + "store/000001.sst")).isEqualTo("of store/000001.sst");
    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(data.setAside()).isEmpty();
      assertThat(data.disk(UUID::randomUUID)).isEqualTo(now);
    }
  }

  @Test
  void whatTheDiskHeldIsSetAsideAndTheFolderIsAnEmptyDiskThatSaysWhy() throws IOException {
    UUID disk = UUID.randomUUID();
    Path folder = ordered(disk);
    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(data.setAside())
          .hasValueSatisfying(said -> assertThat(said).contains(disk.toString(), WHY, "set-aside"));
    }
    assertIsAnother(folder, disk);
  }

  /** Each name has been moved or not, whatever the order in which a power cut keeps the renames. */
  @Test
  void aCrashAnywhereInTheMiddleEndsAsIfThereWasNone() throws IOException {
    List<String> names =
        MOVED.stream().map(name -> Path.of(name).getName(0).toString()).distinct().toList();
    for (int moved = 0; moved < 1 << names.size(); moved++) {
      UUID disk = UUID.randomUUID();
      Path folder = ordered(disk);
      Path aside = Files.createDirectories(folder.resolve("set-aside").resolve(disk.toString()));
      for (int name = 0; name < names.size(); name++) {
        if ((moved >> name & 1) == 1) {
          Files.move(folder.resolve(names.get(name)), aside.resolve(names.get(name)));
        }
      }
      assertIsAnother(folder, disk);
    }
  }

  @Test
  void aMoveThatFailsKeepsTheFolderShutUntilAllIsMoved() throws IOException {
    UUID disk = UUID.randomUUID();
    Path folder = ordered(disk);
    Path obstacle = Files.createDirectory(folder.resolve("sub")).resolve("file");
    Files.writeString(obstacle, "in a folder that is not there where it should be moved");
    new SetAside(folder).order(disk, WHY, List.of("assignments.json", "sub/file"));
    for (int start = 0; start < 2; start++) {
      assertThatThrownBy(() -> DataFolder.open(folder).close())
          .hasMessageContaining("cannot be used");
    }
    Files.delete(obstacle);
    Files.delete(folder.resolve("sub"));
    assertIsAnother(folder, disk);
  }

  @Test
  void aCrashAfterEverythingWasMovedMakesTheNewIdAtTheNextStart() throws IOException {
    UUID disk = UUID.randomUUID();
    Path folder = ordered(disk);
    DataFolder.open(folder).close();
    assertThat(folder.resolve("disk")).doesNotExist();
    assertThat(folder.resolve("given-up")).doesNotExist();
    assertIsAnother(folder, disk);
  }

  @Test
  void onlyTheLastOneIsKept() throws IOException {
    UUID disk = UUID.randomUUID();
    Path folder = ordered(disk);
    Path older = folder.resolve("set-aside").resolve(UUID.randomUUID().toString());
    Files.createDirectories(older.resolve("raft"));
    Files.writeString(older.resolve("raft/log_0-9"), "old");
    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(data.setAside())
          .hasValueSatisfying(
              said -> assertThat(said).contains("in place of what was set aside before"));
    }
    assertIsAnother(folder, disk);
  }

  @Test
  void itsStoreIsDeletedOnceOthersGiveTheirRowsAndItsLogStays() throws IOException {
    UUID disk = UUID.randomUUID();
    Path folder = ordered(disk);
    try (DataFolder data = DataFolder.open(folder)) {
      data.deleteStoresSetAside();
      data.deleteStoresSetAside();
    }
    Path aside = folder.resolve("set-aside").resolve(disk.toString());
    assertThat(aside.resolve("store")).doesNotExist();
    assertThat(aside.resolve("raft/group/current/log_inprogress_0")).exists();
  }

  /** As the operations guide says, copies included: what is there twice is replaced. */
  @Test
  void filesThatAreMovedBackAreTheOldDiskAndMayBeGivenUpAgain() throws IOException {
    UUID disk = UUID.randomUUID();
    Path folder = ordered(disk);
    assertIsAnother(folder, disk);
    Files.delete(folder.resolve("disk"));
    Path aside = folder.resolve("set-aside").resolve(disk.toString());
    try (Stream<Path> walk = Files.walk(aside)) {
      for (Path file :
          walk.filter(path -> !path.equals(aside)).sorted(Comparator.naturalOrder()).toList()) {
        Files.copy(file, folder.resolve(aside.relativize(file).toString()));
      }
    }
    Files.delete(folder.resolve("reason.txt"));
    try (DataFolder data = DataFolder.open(folder)) {
      assertThat(data.disk(UUID::randomUUID)).isEqualTo(disk);
      data.giveUp(disk, WHY, List.of("assignments.json"));
    }
    assertIsAnother(folder, disk);
  }
}
