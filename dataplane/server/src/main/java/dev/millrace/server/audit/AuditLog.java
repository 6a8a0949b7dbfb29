// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.audit;

import dev.millrace.server.port.ByteBudget;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jboss.logging.Logger;

/**
 * A bounded queue of lines and the thread that writes them. Lines that find the queue full, and
 * those that cannot be written, are dropped and counted; a line with their number follows after the
 * next line that is written.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AuditLog.class);

  /** Most bytes of waiting lines: some thousand calls, while the disk or a pipe is slow. */
  static final int QUEUE_BYTES = 4 << 20;

  /** For how long a stop waits for the lines in the queue. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private static final byte[] END = new byte[0];

  private final AuditOutput output;
  private final LongFunction<byte[]> droppedLine;
  private final BlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();
  private final ByteBudget budget = new ByteBudget(QUEUE_BYTES);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  private boolean failing;

  /**
   * Starts the thread.
   *
   * @param droppedLine makes the line that reports how many lines were dropped
   */
  AuditLog(AuditOutput output, LongFunction<byte[]> droppedLine) {
    this.output = output;
    this.droppedLine = droppedLine;
    this.writer = Thread.ofPlatform().name("millrace-audit").daemon().start(this::run);
  }

  /** Adds a line with its line feed. Any thread may call it; it never blocks. */
  void add(byte[] line) {
    if (budget.tryTake(line.length)) {
      lines.add(line);
    } else {
      dropped.incrementAndGet();
    }
  }

  private void run() {
    try {
      for (byte[] line = lines.take(); line != END; line = lines.take()) {
        boolean written = write(line);
        budget.giveBack(line.length);
        if (written) {
          reportDropped();
        } else {
          dropped.incrementAndGet();
        }
      }
    } catch (InterruptedException nobodyInterruptsIt) {
      Thread.currentThread().interrupt();
    }
  }

  private void reportDropped() {
    long count = dropped.getAndSet(0);
    if (count > 0 && !write(droppedLine.apply(count))) {
      dropped.addAndGet(count);
    }
  }

  /** Writes a line; only the first of several failures in a row is logged. */
  private boolean write(byte[] line) {
    try {
      output.write(line);
      failing = false;
      return true;
    } catch (IOException e) {
      if (!failing) {
        LOG.warnf("lines of the audit cannot be written and are counted instead: %s", e);
      }
      failing = true;
      return false;
    }
  }

  /** Writes the lines in the queue and closes the output. */
  @Override
  public void close() throws IOException {
    lines.add(END);
    try {
      if (!writer.join(DRAIN)) {
        throw new IOException("lines of the audit were still waiting after " + DRAIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      output.close();
    }
  }
}
