// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.fanout;

import dev.millrace.core.error.Checked;
import dev.millrace.core.error.KinesisError;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which subscriptions there are: one a consumer and shard. A new one takes the place of one that is
 * older than five seconds. Callable from any thread.
 */
public final class Subscriptions {
  /** How long a subscription cannot be taken over. */
  static final Duration SETTLED = Duration.ofSeconds(5);

  private static final int REMEMBERED = 10_000;

  /** The last success of a key, and the subscription if it is still open. */
  private record Held(Instant since, @Nullable Subscription subscription) {}

  private final Map<SubscriptionKey, Held> held = new HashMap<>();

  /**
   * Lets a subscription in.
   *
   * @return the one that it takes over from; or an error while that one is too young
   */
  synchronized Checked<Optional<Subscription>> enter(Subscription fresh, Instant now) {
    Held before = held.get(fresh.key());
    if (before != null && before.since().plus(SETTLED).isAfter(now)) {
      return Checked.bad(KinesisError.inUse(fresh.takenMessage()));
    }
    forgetOld(now);
    held.put(fresh.key(), new Held(now, fresh));
    return Checked.good(
        before == null ? Optional.empty() : Optional.ofNullable(before.subscription()));
  }

  /** Lets a subscription go; the five seconds count from its beginning all the same. */
  synchronized void leave(Subscription gone) {
    held.computeIfPresent(
        gone.key(), (key, is) -> is.subscription() == gone ? new Held(is.since(), null) : is);
  }

  private void forgetOld(Instant now) {
    if (held.size() < REMEMBERED) {
      return;
    }
    Iterator<Held> all = held.values().iterator();
    while (all.hasNext()) {
      Held is = all.next();
      if (is.subscription() == null && !is.since().plus(SETTLED).isAfter(now)) {
        all.remove();
      }
    }
  }
}
