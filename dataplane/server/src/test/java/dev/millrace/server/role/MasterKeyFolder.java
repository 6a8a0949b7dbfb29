// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Random;

/** A folder of master keys as a Secret would be mounted. The keys follow from a seed. */
record MasterKeyFolder(Path path, Random random) {
  /** Creates an empty folder. */
  static MasterKeyFolder in(Path parent) throws IOException {
    return new MasterKeyFolder(
        Files.createDirectories(parent.resolve("master-keys")), new Random(35));
  }

  /** Adds a version to a key, and the key if there is none. */
  MasterKeyFolder with(String name) throws IOException {
    byte[] key = new byte[32];
    random.nextBytes(key);
    Files.writeString(
        path.resolve(name),
        Base64.getEncoder().encodeToString(key) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return this;
  }

  /** Takes a key away. */
  void lose(String name) throws IOException {
    Files.move(path.resolve(name), path.resolveSibling(name + ".lost"));
  }

  /** Brings it back. */
  void restore(String name) throws IOException {
    Files.move(path.resolveSibling(name + ".lost"), path.resolve(name));
  }
}
