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
 * The active subscriptions: at most one for each consumer and shard. A new one replaces one that is
 * older than five seconds. Callable from any thread.
 */
public final class Subscriptions {
  /** For how long a subscription cannot be replaced. */
  static final Duration PROTECTED = Duration.ofSeconds(5);

  private static final int MAX_REGISTRATIONS = 10_000;

  /** The last registration for a key, with the subscription while it is open. */
  private record Registration(Instant start, @Nullable Subscription subscription) {}

  private final Map<SubscriptionKey, Registration> registrations = new HashMap<>();

  /**
   * Registers a subscription.
   *
   * @return the open subscription that it replaces; an error if the last one is too young
   */
  synchronized Checked<Optional<Subscription>> register(Subscription subscription, Instant now) {
    Registration before = registrations.get(subscription.key());
    if (before != null && before.start().plus(PROTECTED).isAfter(now)) {
      return Checked.bad(KinesisError.inUse(subscription.conflictMessage()));
    }
    evictExpired(now);
    registrations.put(subscription.key(), new Registration(now, subscription));
    return Checked.good(
        before == null ? Optional.empty() : Optional.ofNullable(before.subscription()));
  }

  /** Removes a subscription. A new one must still wait until five seconds after its start. */
  synchronized void unregister(Subscription closed) {
    registrations.computeIfPresent(
        closed.key(),
        (key, registration) ->
            registration.subscription() == closed
                ? new Registration(registration.start(), null)
                : registration);
  }

  private void evictExpired(Instant now) {
    if (registrations.size() < MAX_REGISTRATIONS) {
      return;
    }
    Iterator<Registration> all = registrations.values().iterator();
    while (all.hasNext()) {
      Registration registration = all.next();
      if (registration.subscription() == null
          && !registration.start().plus(PROTECTED).isAfter(now)) {
        all.remove();
      }
    }
  }
}
