// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.port;

import dev.millrace.protocol.Blob;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Collects the body of one request, bounded by a limit of its own and by the budget of all
 * requests. Bytes are taken from the budget as they arrive, not as they are declared, so that a
 * client that declares 16 MiB and sends nothing takes nothing. Confined to one event loop.
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
   * @param limit most bytes of the body
   */
  public RequestBody(ByteBudget budget, int limit) {
    this.budget = budget;
    this.limit = limit;
  }

  /** The result of adding a chunk. */
  public enum Added {
    YES,
    TOO_LARGE,
    OVER_BUDGET
  }

  /** Whether a body of this length would be rejected. */
  public boolean isTooLarge(long declaredBytes) {
    return declaredBytes > limit;
  }

  public Added add(Buffer chunk) {
    long needed = (long) size + chunk.length();
    if (needed > limit) {
      return Added.TOO_LARGE;
    }
    if (needed > bytes.length) {
      int capacity =
          (int) Math.min(limit, Math.max(needed, Math.max(FIRST_BYTES, bytes.length * 2L)));
      if (!budget.tryTake(capacity - bytes.length)) {
        return Added.OVER_BUDGET;
      }
      bytes = Arrays.copyOf(bytes, capacity);
    }
    chunk.getBytes(bytes, size);
    size = (int) needed;
    return Added.YES;
  }

  /** The bytes that were added so far. */
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
