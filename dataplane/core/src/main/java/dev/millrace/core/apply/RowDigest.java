// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A digest chained over the rows of a shard, by which replicas see whether they hold the same.
 * After a row it is the CRC32C of the digest before it (8 bytes), the row's position (8 bytes) and
 * the row's bytes as they are stored. It finds faults, not forgeries.
 *
 * @param value 0 .. 2^32-1; -1 while it has not begun
 */
public record RowDigest(long value) {
  /**
   * No row is included. So it is in rows that builds without a digest may have applied, until a
   * command that those builds reject begins it: at the same row on every replica.
   */
  public static final RowDigest NONE = new RowDigest(-1);

  /** The digest before the first row that it includes. */
  public static final RowDigest START = new RowDigest(0);

  private static final long MAX_VALUE = 0xFFFF_FFFFL;

  public RowDigest {
    if (value < -1 || value > MAX_VALUE) {
      throw new IllegalArgumentException(value + " is no digest: expected -1 .. 2^32-1");
    }
  }

  /** Whether rows are included. */
  public boolean hasBegun() {
    return value >= 0;
  }

  /** This digest if it has begun, otherwise its beginning. */
  RowDigest begun() {
    return hasBegun() ? this : START;
  }

  /**
   * The digest after one more row. What has not begun stays so.
   *
   * @param position the first position that the row occupies
   * @param row its bytes; the buffer's own position does not change
   */
  RowDigest after(long position, ByteBuffer row) {
    if (!hasBegun()) {
      return this;
    }
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(value).putLong(position).flip().array());
    crc.update(row.duplicate());
    return new RowDigest(crc.getValue());
  }
}
