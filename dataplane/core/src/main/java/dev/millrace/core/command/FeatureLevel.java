// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.command;

/**
 * What a build can read of a group's log. Pods are replaced one after the other, and a replaced one
 * may lead the others: a leader writes nothing that some member could not read yet.
 *
 * <p>A level includes all earlier ones. Members tell theirs by its entry version.
 */
public enum FeatureLevel {
  /** Entries of version 4, of at most 1.5 MiB; the level of builds that do not say theirs. */
  VERSION_4(4),
  /** Entries of version 5, of at most 11 MiB. */
  LARGE_ENTRIES(5),
  /** Entries of version 6, whose records may be encrypted. */
  ENCRYPTED_RECORDS(6);

  /** The level of this build. */
  public static final FeatureLevel NEWEST = ENCRYPTED_RECORDS;

  private final int entryVersion;

  FeatureLevel(int entryVersion) {
    this.entryVersion = entryVersion;
  }

  /** The newest version of {@link LogEntryFormat} that is read. */
  public int entryVersion() {
    return entryVersion;
  }

  /**
   * The level of whoever reads entries up to a version. Of a newer one this build knows only that
   * it includes its own.
   */
  public static FeatureLevel reading(int entryVersion) {
    FeatureLevel found = VERSION_4;
    for (FeatureLevel level : values()) {
      if (level.entryVersion <= entryVersion) {
        found = level;
      }
    }
    return found;
  }
}
