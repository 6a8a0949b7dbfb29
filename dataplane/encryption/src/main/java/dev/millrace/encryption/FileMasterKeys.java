// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Master keys in a folder that is mounted from a Secret: one file a key, named as the key. Each
 * line has a version of it, 32 random bytes in Base64. The last version wraps; all of them unwrap,
 * so a rotation appends a line. The files are read at each call, which is seldom, so a change takes
 * effect without a restart.
 *
 * @param folder of the files
 */
record FileMasterKeys(Path folder) implements MasterKeys {
  /** Most bytes of a file: more than a thousand versions. */
  private static final long MAX_FILE_BYTES = 64 << 10;

  @Override
  public byte[] wrap(String keyId, byte[] dataKey, String context) {
    MasterKeyName name = MasterKeyName.of(keyId);
    try {
      return versions(name).encrypt(dataKey, context.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw invalid(name, "cannot wrap a data key", e);
    }
  }

  @Override
  public byte[] unwrap(String keyId, byte[] wrapped, String context) {
    MasterKeyName name = MasterKeyName.of(keyId);
    try {
      return versions(name).decrypt(wrapped, context.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw invalid(name, "has no version that unwraps this data key", e);
    }
  }

  private Aead versions(MasterKeyName name) throws GeneralSecurityException {
    Path file = folder.resolve(name.text());
    List<byte[]> keys = new ArrayList<>();
    try {
      if (!Files.isRegularFile(file)) {
        throw new LogRefusedException(
            Reason.KEY_NOT_FOUND,
            "there is no master key %s in %s".formatted(name.text(), folder),
            null);
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw invalid(name, "is a file of more than " + MAX_FILE_BYTES + " bytes", null);
      }
      for (String line : Files.readAllLines(file, UTF_8)) {
        if (!line.isBlank()) {
          keys.add(version(name, line.strip()));
        }
      }
    } catch (IOException e) {
      throw invalid(name, "cannot be read: " + e.getMessage(), null);
    }
    if (keys.isEmpty()) {
      throw invalid(name, "is an empty file", null);
    }
    return AeadKeys.versions(keys);
  }

  private static byte[] version(MasterKeyName name, String line) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(line);
    } catch (IllegalArgumentException e) {
      // Neither the line nor the exception, which may quote it.
      throw invalid(name, "has a line that is not Base64", null);
    }
    if (key.length != AeadKeys.KEY_BYTES) {
      throw invalid(
          name,
          "has a version of %d bytes, expected %d".formatted(key.length, AeadKeys.KEY_BYTES),
          null);
    }
    return key;
  }

  private static LogRefusedException invalid(
      MasterKeyName name, String what, @org.jspecify.annotations.Nullable Throwable cause) {
    return new LogRefusedException(
        Reason.KEY_INVALID, "master key %s %s".formatted(name.text(), what), cause);
  }
}
