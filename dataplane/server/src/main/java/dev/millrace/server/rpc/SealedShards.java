// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.stream.ShardDefinition;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.server.rpc.SuccessorsFormat.Successor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What this process has learned about sealed shards from their leaders, before the reshard is
 * published. Any thread may call.
 */
final class SealedShards {
  /** Most shards that are remembered; above it everything is forgotten and learned again. */
  private static final int MOST = 16_384;

  private final Map<ShardRef, CompletableFuture<List<Successor>>> successors =
      new ConcurrentHashMap<>();
  private final Map<ShardRef, List<String>> addresses = new ConcurrentHashMap<>();

  /** The addresses of a shard that took over from a sealed one; empty if it is not known. */
  List<String> addresses(ShardRef shard) {
    return addresses.getOrDefault(shard, List.of());
  }

  /**
   * The open shards that took over from a sealed one. Callers at the same time share one question,
   * and an answer that names them is kept.
   *
   * @param question asks the leader of the sealed shard
   */
  CompletionStage<List<ShardDefinition>> successors(
      ShardRef sealed, Supplier<CompletionStage<List<Successor>>> question) {
    CompletableFuture<List<Successor>> asked = new CompletableFuture<>();
    CompletableFuture<List<Successor>> before = successors.putIfAbsent(sealed, asked);
    if (before != null) {
      return before.thenApply(SealedShards::definitions);
    }
    question
        .get()
        .whenComplete(
            (found, failure) -> {
              if (found == null || found.isEmpty()) {
                successors.remove(sealed, asked);
              } else {
                remember(sealed, found);
              }
              if (found == null) {
                asked.completeExceptionally(failure);
              } else {
                asked.complete(found);
              }
            });
    return asked.thenApply(SealedShards::definitions);
  }

  private void remember(ShardRef sealed, List<Successor> found) {
    if (addresses.size() > MOST) {
      addresses.clear();
      successors.values().removeIf(CompletableFuture::isDone);
    }
    found.forEach(
        successor ->
            addresses.put(
                new ShardRef(sealed.stream(), successor.shard().id()), successor.addresses()));
  }

  private static List<ShardDefinition> definitions(List<Successor> successors) {
    return successors.stream().map(Successor::shard).toList();
  }
}
