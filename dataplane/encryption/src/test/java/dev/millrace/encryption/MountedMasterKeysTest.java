// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a mounted folder are rotated by a line more, and come and go with their files. */
class MountedMasterKeysTest {
  private static final byte[] DATA_KEY = "a data key of thirty-two bytes..".getBytes(UTF_8);

  @TempDir Path folder;
  private final Random random = new Random(3);

  private MasterKeys keys() {
    return new MountedMasterKeys(folder);
  }

  private String version() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private static void refused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void whatOneVersionWrappedIsUnwrappedAfterARotation() throws IOException {
    String first = version();
    Files.writeString(folder.resolve("orders"), first + "\n");
    byte[] old = keys().wrap("alias/orders", DATA_KEY, "s");
    String second = version();
    Files.writeString(folder.resolve("orders"), first + "\n" + second + "\n");
    byte[] recent = keys().wrap("alias/orders", DATA_KEY, "s");
    assertThat(keys().unwrap("alias/orders", old, "s")).isEqualTo(DATA_KEY);
    assertThat(keys().unwrap("alias/orders", recent, "s")).isEqualTo(DATA_KEY);
    Files.writeString(folder.resolve("orders"), second);
    assertThat(keys().unwrap("alias/orders", recent, "s")).isEqualTo(DATA_KEY);
    refused(Reason.KEY_INVALID, () -> keys().unwrap("alias/orders", old, "s"));
  }

  @Test
  void aDataKeyIsUnwrappedInItsContextOnly() throws IOException {
    Files.writeString(folder.resolve("orders"), version());
    byte[] wrapped = keys().wrap("orders", DATA_KEY, "s");
    refused(Reason.KEY_INVALID, () -> keys().unwrap("orders", wrapped, "t"));
  }

  @Test
  void aKeyThatIsLostIsNamedAndWorksAgainOnceItIsBack() throws IOException {
    String version = version();
    Files.writeString(folder.resolve("orders"), version);
    byte[] wrapped = keys().wrap("orders", DATA_KEY, "s");
    Files.delete(folder.resolve("orders"));
    refused(Reason.KEY_NOT_FOUND, () -> keys().unwrap("orders", wrapped, "s"));
    assertThatThrownBy(() -> keys().unwrap("orders", wrapped, "s"))
        .hasMessage("there is no master key orders in " + folder);
    Files.writeString(folder.resolve("orders"), version);
    assertThat(keys().unwrap("orders", wrapped, "s")).isEqualTo(DATA_KEY);
  }

  @Test
  void aFileThatHoldsNoKeySaysWhatIsWrongAndNotWhatItHolds() throws IOException {
    Files.writeString(folder.resolve("short"), "c2VjcmV0");
    assertThatThrownBy(() -> keys().wrap("short", DATA_KEY, "s"))
        .hasMessage("master key short has a version of 6 bytes, expected 32");
    Files.writeString(folder.resolve("text"), "!secret!");
    assertThatThrownBy(() -> keys().wrap("text", DATA_KEY, "s"))
        .hasMessage("master key text has a line that is not Base64");
    Files.writeString(folder.resolve("empty"), "\n");
    assertThatThrownBy(() -> keys().wrap("empty", DATA_KEY, "s"))
        .hasMessage("master key empty is an empty file");
    Files.write(folder.resolve("large"), new byte[70_000]);
    assertThatThrownBy(() -> keys().wrap("large", DATA_KEY, "s"))
        .hasMessageContaining("more than 65536 bytes");
  }

  @Test
  void aFolderThatIsNotThereHasNoKeys() {
    refused(
        Reason.KEY_NOT_FOUND,
        () -> new MountedMasterKeys(folder.resolve("none")).wrap("default", DATA_KEY, "s"));
  }

  @Test
  void aFolderNamesOneKeeperOnly() throws IOException {
    Files.writeString(folder.resolve("vault-url"), "http://127.0.0.1:1/v1/transit");
    Files.writeString(folder.resolve("aws-kms-region"), "eu-west-1");
    assertThatThrownBy(() -> keys().wrap("default", DATA_KEY, "s"))
        .hasMessageContaining("has both vault-url and aws-kms-region");
  }

  @Test
  void aUrlThatIsNoneIsNotRepeated() throws IOException {
    Files.writeString(folder.resolve("vault-url"), "ftp://user:secret@vault");
    assertThatThrownBy(() -> keys().wrap("default", DATA_KEY, "s"))
        .hasMessageContaining("has a vault-url that is no URL")
        .hasMessageNotContaining("secret");
  }
}
