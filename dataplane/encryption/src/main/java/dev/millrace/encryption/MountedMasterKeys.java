// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The master keys that a folder says, which is mounted from a Secret:
 *
 * <ul>
 *   <li>{@code vault-url}, {@code vault-token} and possibly {@code vault-ca.crt}: those of Vault;
 *   <li>{@code aws-kms-region}, and possibly {@code aws-kms-endpoint}, {@code aws-access-key-id}
 *       and {@code aws-secret-access-key}: those of AWS KMS;
 *   <li>otherwise each file is a key ({@link FileMasterKeys}).
 * </ul>
 *
 * <p>The folder is read at each call, so a change takes effect without a restart. Calls may block.
 */
public final class MountedMasterKeys implements MasterKeys, AutoCloseable {
  private static final String VAULT_URL = "vault-url";
  private static final String VAULT_TOKEN = "vault-token";
  private static final String VAULT_AUTHORITY = "vault-ca.crt";
  private static final String AWS_REGION = "aws-kms-region";
  private static final String AWS_ENDPOINT = "aws-kms-endpoint";
  private static final String AWS_ID = "aws-access-key-id";
  private static final String AWS_SECRET = "aws-secret-access-key";

  private final Path folder;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<String, String> connectedBy = Map.of();
  private @Nullable MasterKeys connected;

  /** Keys of a folder that may not exist yet. */
  public MountedMasterKeys(Path folder) {
    this.folder = folder;
  }

  @Override
  public byte[] wrap(String keyId, byte[] dataKey, String context) {
    return keys().wrap(keyId, dataKey, context);
  }

  @Override
  public byte[] unwrap(String keyId, byte[] wrapped, String context) {
    return keys().unwrap(keyId, wrapped, context);
  }

  private MasterKeys keys() {
    Map<String, String> settings = new TreeMap<>();
    try {
      for (String name :
          new String[] {
            VAULT_URL, VAULT_TOKEN, VAULT_AUTHORITY, AWS_REGION, AWS_ENDPOINT, AWS_ID, AWS_SECRET
          }) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          settings.put(name, Files.readString(file, UTF_8).strip());
        }
      }
    } catch (IOException e) {
      throw refusal("cannot be read: " + e.getMessage());
    }
    if (settings.containsKey(VAULT_URL) && settings.containsKey(AWS_REGION)) {
      throw refusal("has both %s and %s".formatted(VAULT_URL, AWS_REGION));
    }
    return settings.containsKey(VAULT_URL) || settings.containsKey(AWS_REGION)
        ? connected(settings)
        : new FileMasterKeys(folder);
  }

  private MasterKeys connected(Map<String, String> settings) {
    lock.lock();
    try {
      if (connected == null || !settings.equals(connectedBy)) {
        MasterKeys next = connect(settings);
        disconnect();
        connected = next;
        connectedBy = settings;
      }
      return connected;
    } finally {
      lock.unlock();
    }
  }

  private MasterKeys connect(Map<String, String> settings) {
    try {
      String vault = settings.get(VAULT_URL);
      if (vault != null) {
        return new VaultMasterKeys(
            url(VAULT_URL, vault).toString(),
            settings.getOrDefault(VAULT_TOKEN, ""),
            Optional.ofNullable(settings.get(VAULT_AUTHORITY)));
      }
      String id = settings.get(AWS_ID);
      return new AwsMasterKeys(
          settings.getOrDefault(AWS_REGION, ""),
          Optional.ofNullable(settings.get(AWS_ENDPOINT)).map(text -> url(AWS_ENDPOINT, text)),
          Optional.ofNullable(id).map(is -> Map.entry(is, settings.getOrDefault(AWS_SECRET, ""))));
    } catch (IOException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
  }

  private URI url(String file, String text) {
    if (!text.matches("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9./_-]*)?")) {
      throw refusal("has a %s that is no URL".formatted(file));
    }
    return URI.create(text);
  }

  private LogRefusedException refusal(String what) {
    return new LogRefusedException(
        Reason.KEY_INVALID, "the folder of master keys %s %s".formatted(folder, what), null);
  }

  /** What is in use meanwhile fails as if it could not be reached, and is tried again. */
  private void disconnect() {
    if (connected instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the client of the master keys does not close", e);
      }
    }
    connected = null;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      disconnect();
    } finally {
      lock.unlock();
    }
  }
}
