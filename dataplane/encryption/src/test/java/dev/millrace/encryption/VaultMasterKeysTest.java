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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Vault wraps data keys; what it refuses has a name, and a change of its token needs no restart.
 */
class VaultMasterKeysTest {
  private static final byte[] DATA_KEY = "a data key of thirty-two bytes..".getBytes(UTF_8);

  @TempDir Path folder;
  private TestingTransit vault;
  private MountedMasterKeys keys;

  @BeforeEach
  void start() throws IOException {
    vault = new TestingTransit();
    vault.rotate("orders");
    Files.writeString(folder.resolve("vault-url"), vault.url() + "\n");
    Files.writeString(folder.resolve("vault-token"), TestingTransit.token() + "\n");
    keys = new MountedMasterKeys(folder);
  }

  @AfterEach
  void stop() {
    keys.close();
    vault.close();
  }

  private static void refused(Reason reason, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(message)
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aDataKeyIsWrappedAndUnwrappedAlsoAfterARotation() {
    byte[] first = keys.wrap("alias/orders", DATA_KEY, "s");
    vault.rotate("orders");
    byte[] second = keys.wrap("alias/orders", DATA_KEY, "s");
    assertThat(new String(first, UTF_8)).startsWith("vault:v1:");
    assertThat(new String(second, UTF_8)).startsWith("vault:v2:");
    assertThat(keys.unwrap("alias/orders", first, "s")).isEqualTo(DATA_KEY);
    assertThat(keys.unwrap("alias/orders", second, "s")).isEqualTo(DATA_KEY);
  }

  @Test
  void aDataKeyIsUnwrappedInItsContextOnly() {
    byte[] wrapped = keys.wrap("orders", DATA_KEY, "s");
    refused(
        Reason.KEY_INVALID,
        "message authentication failed",
        () -> keys.unwrap("orders", wrapped, "t"));
  }

  @Test
  void aKeyThatVaultDoesNotHaveIsNotFound() {
    byte[] wrapped = keys.wrap("orders", DATA_KEY, "s");
    vault.delete("orders");
    refused(
        Reason.KEY_NOT_FOUND,
        "master key orders cannot be used: Vault answered 400",
        () -> keys.unwrap("orders", wrapped, "s"));
    refused(Reason.KEY_NOT_FOUND, "other", () -> keys.wrap("alias/other", DATA_KEY, "s"));
  }

  @Test
  void aTokenThatIsNotValidIsDeniedAndANewOneIsTakenWithoutARestart() throws IOException {
    Files.writeString(folder.resolve("vault-token"), "s.expired");
    assertThatThrownBy(() -> keys.wrap("orders", DATA_KEY, "s"))
        .hasMessageContaining("permission denied")
        .hasMessageNotContaining("s.expired")
        .isInstanceOfSatisfying(
            LogRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEY_DENIED));
    Files.writeString(folder.resolve("vault-token"), TestingTransit.token());
    assertThat(keys.wrap("orders", DATA_KEY, "s")).isNotEmpty();
  }

  @Test
  void aVaultThatIsSealedOrGoneIsTriedAgain() {
    byte[] wrapped = keys.wrap("orders", DATA_KEY, "s");
    vault.seal(true);
    refused(Reason.KEY_UNREACHABLE, "sealed", () -> keys.unwrap("orders", wrapped, "s"));
    vault.seal(false);
    assertThat(keys.unwrap("orders", wrapped, "s")).isEqualTo(DATA_KEY);
    vault.close();
    refused(Reason.KEY_UNREACHABLE, "does not answer", () -> keys.unwrap("orders", wrapped, "s"));
  }

  @Test
  void certificatesThatAreNoneAreNamed() throws IOException {
    Files.writeString(folder.resolve("vault-ca.crt"), "none");
    refused(
        Reason.KEY_INVALID,
        "the certificates of Vault's authority cannot be used",
        () -> keys.wrap("orders", DATA_KEY, "s"));
  }
}
