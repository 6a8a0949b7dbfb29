// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.rpc;

import dev.millrace.core.error.CompletionFailures;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Calls the leader among several addresses, and remembers which it was. A call that a member
 * refuses because it does not lead, or that does not reach it, was certainly not carried out, and
 * goes to the next address; each is tried once. A member that gives no answer may be frozen while
 * another leads: that call is not repeated here, and the next one begins behind it. Callable from
 * any thread.
 */
final class LeaderSearch {
  /** Above so many groups all are forgotten, and found again. */
  private static final int GROUPS = 1_024;

  private final PodCalls calls;

  /** Where the next call begins; the others follow in their order. */
  private final Map<List<String>, String> starts = new ConcurrentHashMap<>();

  LeaderSearch(PodCalls calls) {
    this.calls = calls;
  }

  /**
   * Calls the leader.
   *
   * @param subject what the call is about, for messages
   * @param addresses {@code host:port}, at least one, the likeliest first
   * @param decode of the answer; throws {@link LogRefusedException} if it is a refusal
   * @return fails with {@link LogRefusedException}: {@code NOT_LEADER} when none of them leads
   */
  <T> Future<T> call(
      String subject,
      List<String> addresses,
      String path,
      ByteBuffer body,
      int timeoutMillis,
      Function<ByteBuffer, T> decode) {
    Function<String, Future<T>> call =
        address ->
            calls
                .call(subject, List.of(address), path, body.duplicate(), timeoutMillis)
                .map(decode)
                .onSuccess(answer -> startAt(addresses, address))
                .onFailure(failure -> leftUnanswered(addresses, address, failure));
    return attempt(order(addresses), 0, call);
  }

  private List<String> order(List<String> addresses) {
    int start = Math.max(0, addresses.indexOf(start(addresses)));
    List<String> order = new ArrayList<>(addresses.subList(start, addresses.size()));
    order.addAll(addresses.subList(0, start));
    return order;
  }

  private String start(List<String> addresses) {
    return starts.getOrDefault(addresses, addresses.getFirst());
  }

  private void startAt(List<String> addresses, String address) {
    if (addresses.size() > 1) {
      if (starts.size() >= GROUPS) {
        starts.clear();
      }
      starts.put(addresses, address);
    }
  }

  /** Unless another call has found the leader elsewhere meanwhile. */
  private void leftUnanswered(List<String> addresses, String address, Throwable failure) {
    if (reason(failure).equals(Optional.of(Reason.UNKNOWN_OUTCOME))
        && start(addresses).equals(address)) {
      startAt(addresses, addresses.get((addresses.indexOf(address) + 1) % addresses.size()));
    }
  }

  private static <T> Future<T> attempt(
      List<String> order, int which, Function<String, Future<T>> call) {
    return call.apply(order.get(which))
        .recover(
            failure ->
                isNotLeading(failure) && which + 1 < order.size()
                    ? attempt(order, which + 1, call)
                    : Future.failedFuture(failure));
  }

  private static boolean isNotLeading(Throwable failure) {
    return reason(failure).equals(Optional.of(Reason.NOT_LEADER));
  }

  private static Optional<Reason> reason(Throwable failure) {
    return CompletionFailures.cause(failure) instanceof LogRefusedException refused
        ? Optional.of(refused.reason())
        : Optional.empty();
  }
}
