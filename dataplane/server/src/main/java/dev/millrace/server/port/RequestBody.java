// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.port;

import dev.millrace.protocol.Blob;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Collects the body of one request, bounded by a limit of its own and by the budget of all
 * requests. Bytes are taken from the budget as they arrive, not as they are announced, so a client
 * that announces 16 MiB and sends nothing holds nothing. Confined to one event loop.
 */
public final class RequestBody {
  private static final int FIRST_BYTES = 16 * 1024;

  private final ByteBudget budget;
  private final int limit;
  private byte[] bytes = new byte[0];
  private int size;

  /**
   * Creates an empty body.
   *
   * @param limit bytes that it may have
   */
  public RequestBody(ByteBudget budget, int limit) {
    this.budget = budget;
    this.limit = limit;
  }

  /** The result of adding a chunk. */
  public enum Added {
    YES,
    TOO_LARGE,
    NO_ROOM
  }

  /** Whether a body of this length would be rejected. */
  public boolean isTooLarge(long announcedBytes) {
    return announcedBytes > limit;
  }

  /** Adds a chunk. */
  public Added add(Buffer chunk) {
    long needed = (long) size + chunk.length();
    if (needed > limit) {
      return Added.TOO_LARGE;
    }
    if (needed > bytes.length) {
      int room = (int) Math.min(limit, Math.max(needed, Math.max(FIRST_BYTES, bytes.length * 2L)));
      if (!budget.tryTake(room - bytes.length)) {
        return Added.NO_ROOM;
      }
      bytes = Arrays.copyOf(bytes, room);
    }
    chunk.getBytes(bytes, size);
    size = (int) needed;
    return Added.YES;
  }

  /** What was added so far. */
  public Blob toBlob() {
    return new Blob(bytes, 0, size);
  }

  /** Returns the bytes to the budget and empties the body. May be called more than once. */
  public void release() {
    budget.giveBack(bytes.length);
    bytes = new byte[0];
    size = 0;
  }
}
