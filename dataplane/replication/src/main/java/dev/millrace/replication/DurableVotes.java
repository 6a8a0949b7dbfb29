// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.security.CodeSource;
import java.util.Arrays;
import org.apache.ratis.util.AtomicFileOutputStream;

/**
 * Refuses a class path with which a vote may be lost. Ratis 3.3.0 answers a vote when the file that
 * holds it was renamed but its folder was not fsynced: after a power cut the member votes again in
 * that term, and there may be two leaders (Raft paper, 5.2 and figure 2). {@code
 * millrace-ratis-patch} mends the class, if it comes before the original.
 */
final class DurableVotes {
  /** What the patch adds. */
  private static final String ADDED = "forceParentDirectory";

  private DurableVotes() {}

  /**
   * Checks the class that this process writes votes with.
   *
   * @throws IllegalStateException naming where it was loaded from
   */
  static void verify() {
    verify(AtomicFileOutputStream.class);
  }

  static void verify(Class<?> writer) {
    if (Arrays.stream(writer.getDeclaredMethods()).noneMatch(m -> m.getName().equals(ADDED))) {
      CodeSource source = writer.getProtectionDomain().getCodeSource();
      throw new IllegalStateException(
          "a vote would not be durable: %s is from %s, expected the one of millrace-ratis-patch, which must come before ratis-common on the class path"
              .formatted(writer.getName(), source == null ? "?" : source.getLocation()));
    }
  }
}
