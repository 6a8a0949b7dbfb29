// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.AesGcmParameters.Variant;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;

/** Keys of 256 bits, used with AES-GCM by Tink: random nonces of 96 bits, tags of 128. */
final class AeadKeys {
  /** The size of a key. */
  static final int KEY_BYTES = 32;

  static {
    try {
      AeadConfig.register();
    } catch (GeneralSecurityException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private AeadKeys() {}

  /** One key. What it encrypts is the nonce, the encrypted text and the tag, 28 bytes more. */
  @AccessesPartialKey
  static Aead single(byte[] key) throws GeneralSecurityException {
    return KeysetHandle.newBuilder()
        .addEntry(
            KeysetHandle.importKey(
                    AesGcmKey.builder()
                        .setParameters(parameters(Variant.NO_PREFIX))
                        .setKeyBytes(secret(key))
                        .build())
                .withFixedId(1)
                .makePrimary())
        .build()
        .getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  /**
   * The versions of one key. The last one encrypts; what it encrypts begins with Tink's prefix, by
   * which the version is found that decrypts.
   */
  @AccessesPartialKey
  static Aead versions(List<byte[]> keys) throws GeneralSecurityException {
    KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
    for (int i = 0; i < keys.size(); i++) {
      int id = id(keys.get(i));
      KeysetHandle.Builder.Entry entry =
          KeysetHandle.importKey(
                  AesGcmKey.builder()
                      .setParameters(parameters(Variant.TINK))
                      .setKeyBytes(secret(keys.get(i)))
                      .setIdRequirement(id)
                      .build())
              .withFixedId(id);
      keyset.addEntry(i == keys.size() - 1 ? entry.makePrimary() : entry);
    }
    return keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  /** Follows from the key, so that the order and number of versions do not matter. */
  private static int id(byte[] key) throws GeneralSecurityException {
    return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key)).getInt();
  }

  private static AesGcmParameters parameters(Variant variant) throws GeneralSecurityException {
    return AesGcmParameters.builder()
        .setKeySizeBytes(KEY_BYTES)
        .setIvSizeBytes(12)
        .setTagSizeBytes(16)
        .setVariant(variant)
        .build();
  }

  private static SecretBytes secret(byte[] key) {
    return SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get());
  }
}
