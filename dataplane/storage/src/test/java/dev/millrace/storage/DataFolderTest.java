// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder is used by one process, of this layout, and by nobody by mistake. */
class DataFolderTest {
  @TempDir private Path folder;

  @Test
  void aSecondUseIsRefusedWithOneClearLine() {
    try (DataFolder first = DataFolder.open(folder)) {
      assertThat(first.path()).isEqualTo(folder);
      assertThatThrownBy(() -> DataFolder.open(folder).close())
          .hasMessageContaining("is in use by another process");
    }
    DataFolder.open(folder).close();
  }

  @Test
  void eachGroupHasAFolderAndADiskOfItsOwnAndIsFoundAgain() throws Exception {
    try (DataFolder first = DataFolder.open(folder)) {
      assertThat(first.otherGroups()).isEmpty();
      UUID disk = first.disk(UUID::randomUUID);
      try (DataFolder second = first.openGroup(1);
          DataFolder eleventh = first.openGroup(10)) {
        assertThat(second.path()).isEqualTo(folder.resolve("groups").resolve("1"));
        assertThat(second.disk(UUID::randomUUID))
            .isNotEqualTo(disk)
            .isNotEqualTo(eleventh.disk(UUID::randomUUID));
        assertThatThrownBy(() -> first.openGroup(1).close())
            .hasMessageContaining("is in use by another process");
      }
      Files.createDirectories(folder.resolve("groups").resolve("lost+found"));
      assertThat(first.otherGroups()).containsExactly(1, 10);
    }
  }

  @Test
  void aNewerLayoutIsRefusedByNumberAndLeftAlone() throws Exception {
    DataFolder.open(folder).close();
    Files.writeString(folder.resolve("format"), "2\n");
    assertThatThrownBy(() -> DataFolder.open(folder).close())
        .hasMessageContaining("has layout 2, this build reads up to 1");
    assertThat(folder.resolve("format")).hasContent("2\n");
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws Exception {
    Files.writeString(folder.resolve("thesis.txt"), "precious");
    assertThatThrownBy(() -> DataFolder.open(folder).close())
        .hasMessageContaining("thesis.txt")
        .hasMessageContaining("choose an empty one");
  }

  @Test
  void aDamagedFormatIsRefused() throws Exception {
    DataFolder.open(folder).close();
    Files.writeString(folder.resolve("format"), "one");
    assertThatThrownBy(() -> DataFolder.open(folder).close())
        .hasMessageContaining("must hold the layout's version, found 'one'");
  }

  @Test
  void aPathThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> DataFolder.open(file).close()).hasMessageContaining("cannot be used");
  }

  @Test
  void aDiskKeepsItsIdAndAnEmptiedOneIsAnother() throws IOException {
    UUID first;
    try (DataFolder data = DataFolder.open(folder.resolve("one"))) {
      first = data.disk(UUID::randomUUID);
      assertThat(data.disk(UUID::randomUUID)).isEqualTo(first);
    }
    try (DataFolder again = DataFolder.open(folder.resolve("one"));
        DataFolder other = DataFolder.open(folder.resolve("two"))) {
      assertThat(again.disk(UUID::randomUUID)).isEqualTo(first);
      assertThat(other.disk(UUID::randomUUID)).isNotEqualTo(first);
    }
  }
}
