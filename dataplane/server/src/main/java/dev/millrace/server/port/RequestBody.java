package dev.millrace.server.port;

import dev.millrace.protocol.Blob;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Gathers one request's body, within the operation's bound and the budget of all requests. The
 * budget is taken as bytes come, not as they are announced: a client that promises 16 MiB and sends
 * nothing holds nothing. For one event loop.
 */
public final class RequestBody {
  private static final int FIRST_BYTES = 16 * 1024;

  private final ByteBudget budget;
  private final int most;
  private byte[] bytes = new byte[0];
  private int size;

  /**
   * A body.
   *
   * @param most bytes that it may have
   */
  public RequestBody(ByteBudget budget, int most) {
    this.budget = budget;
    this.most = most;
  }

  /** What became of a chunk. */
  public enum Added {
    YES,
    TOO_LARGE,
    NO_ROOM
  }

  /** Whether a body of so many bytes would not be taken. */
  public boolean isTooLarge(long announcedBytes) {
    return announcedBytes > most;
  }

  /** Adds a chunk. */
  public Added add(Buffer chunk) {
    long needed = (long) size + chunk.length();
    if (needed > most) {
      return Added.TOO_LARGE;
    }
    if (needed > bytes.length) {
      int room = (int) Math.min(most, Math.max(needed, Math.max(FIRST_BYTES, bytes.length * 2L)));
      if (!budget.tryTake(room - bytes.length)) {
        return Added.NO_ROOM;
      }
      bytes = Arrays.copyOf(bytes, room);
    }
    chunk.getBytes(bytes, size);
    size = (int) needed;
    return Added.YES;
  }

  /** The whole body, as it is now. */
  public Blob toBlob() {
    return new Blob(bytes, 0, size);
  }

  /** Gives the budget back; the body must not be used afterwards. May be called more than once. */
  public void release() {
    budget.giveBack(bytes.length);
    bytes = new byte[0];
    size = 0;
  }
}
