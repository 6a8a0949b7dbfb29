// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.replication.PeerTerms;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Asks other pods for the terms of their groups: {@code POST /admin/term} with the 16 bytes of a
 * member's id, answered by the 8 of its term.
 */
public final class PodTerms implements PeerTerms, AutoCloseable {
  static final String PATH = "/admin/term";

  private static final int CONNECTIONS_PER_POD = 1;

  /** Nothing is waited for there. */
  private static final int ANSWER_TIMEOUT_MILLIS = 1_000;

  private final PodCalls calls;

  public PodTerms(Vertx vertx, Optional<InternalTls> tls) {
    calls = new PodCalls(vertx, CONNECTIONS_PER_POD, tls);
  }

  @Override
  public CompletionStage<Long> of(UUID member, String address) {
    ByteBuffer question =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(member.getMostSignificantBits())
            .putLong(member.getLeastSignificantBits())
            .flip();
    return calls
        .call("member " + member, List.of(address), PATH, question, ANSWER_TIMEOUT_MILLIS)
        .map(ByteBuffer::getLong)
        .toCompletionStage();
  }

  /** The member that is asked; empty if the question is none. */
  static Optional<UUID> member(ByteBuffer question) {
    return question.remaining() == 2 * Long.BYTES
        ? Optional.of(new UUID(question.getLong(), question.getLong()))
        : Optional.empty();
  }

  static Buffer encode(long term) {
    return Buffer.buffer(Long.BYTES).appendLong(term);
  }

  @Override
  public void close() {
    calls.close();
  }
}
