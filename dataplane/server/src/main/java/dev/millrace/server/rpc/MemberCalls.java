// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.port.ShardRows;
import dev.millrace.leader.shard.ReadPool;
import dev.millrace.server.rpc.MemberFormat.RowsQuestion;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Answers the other members of the group: the serving side of {@link PodMembers}.
 *
 * @param isHere whether a member is this process, with its group started
 * @param store what it has applied
 * @param configuration the group's configuration, as Ratis keeps it on its disk
 * @param reads where its disk is read
 * @param standing what it says of itself
 */
public record MemberCalls(
    Predicate<UUID> isHere,
    ShardRows store,
    Supplier<ByteBuffer> configuration,
    ReadPool reads,
    Supplier<MemberStanding> standing) {
  /** Most bytes of a page, whatever is asked for, but for its last entry. */
  private static final int MOST_PAGE_BYTES = 4 << 20;

  /**
   * Answers a call. The stage fails if there is no answer: with {@link IllegalArgumentException}
   * for a question that is none.
   *
   * @return empty for a path that is none of ours
   */
  Optional<CompletionStage<ByteBuffer>> answer(String path, ByteBuffer body) {
    try {
      return switch (path) {
        case MemberFormat.APPLIED -> Optional.of(applied(body));
        case MemberFormat.CONFIGURATION -> Optional.of(configuration(body));
        case MemberFormat.ROWS -> Optional.of(rows(body));
        case MemberFormat.STANDING -> Optional.of(standing(body));
        default -> Optional.empty();
      };
    } catch (IllegalStateException e) {
      return Optional.of(
          CompletableFuture.failedStage(
              new IllegalArgumentException(String.valueOf(e.getMessage()), e)));
    }
  }

  private CompletionStage<ByteBuffer> applied(ByteBuffer body) {
    UUID member = MemberFormat.decodeBareQuestion(body);
    return isHere.test(member)
        ? CompletableFuture.completedStage(MemberFormat.encode(store.appliedShards()))
        : notHere(member);
  }

  private CompletionStage<ByteBuffer> configuration(ByteBuffer body) {
    UUID member = MemberFormat.decodeBareQuestion(body);
    return isHere.test(member) ? reads.run(configuration) : notHere(member);
  }

  private CompletionStage<ByteBuffer> standing(ByteBuffer body) {
    UUID member = MemberFormat.decodeBareQuestion(body);
    return isHere.test(member)
        ? CompletableFuture.completedStage(MemberFormat.encode(standing.get()))
        : notHere(member);
  }

  private CompletionStage<ByteBuffer> rows(ByteBuffer body) {
    RowsQuestion asked = MemberFormat.decodeRowsQuestion(body);
    int maxBytes = Math.min(asked.maxBytes(), MOST_PAGE_BYTES);
    return isHere.test(asked.member())
        ? reads.run(() -> MemberFormat.encode(store.rows(asked.shard(), asked.from(), maxBytes)))
        : notHere(asked.member());
  }

  private static CompletionStage<ByteBuffer> notHere(UUID member) {
    return CompletableFuture.failedStage(
        new IllegalStateException("member %s is not started here".formatted(member)));
  }
}
