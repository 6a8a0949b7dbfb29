// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.checker;

import static dev.millrace.e2e.checker.Invariant.I11_RESHARD;

import dev.millrace.e2e.checker.CallHistory.StoredPut;
import dev.millrace.e2e.history.LoggedCall.Delivery;
import dev.millrace.e2e.history.LoggedCall.ListedShard;
import dev.millrace.e2e.history.LoggedCall.PolledRead;
import dev.millrace.e2e.history.LoggedCall.PushedEvent;
import dev.millrace.e2e.history.LoggedCall.ShardListing;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the shards follow each other: I11. */
final class ReshardChecks {
  private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);

  private final CallHistory history;
  private final FoundViolations violations;

  private ReshardChecks(CallHistory history, FoundViolations violations) {
    this.history = history;
    this.violations = violations;
  }

  static void run(CallHistory history, FoundViolations violations) {
    ReshardChecks checks = new ReshardChecks(history, violations);
    history.listings().forEach(checks::coverage);
    history.listings().forEach(checks::identity);
    history.shards().values().forEach(checks::childrenAfterParents);
    history.storedByShard().forEach(checks::keysInRange);
    history.deliveries().forEach((reader, deliveries) -> deliveries.forEach(checks::children));
    Map<String, Long> closed = checks.listedClosed();
    history.deliveries().values().forEach(of -> checks.endIsTold(of.getLast(), closed));
  }

  /** The union of the open shards' ranges is all hash keys, none of them twice. */
  private void coverage(ShardListing listing) {
    BigInteger next = BigInteger.ZERO;
    List<ListedShard> open =
        listing.shards().stream()
            .filter(ListedShard::open)
            .sorted(Comparator.comparing(ListedShard::startingHashKey))
            .toList();
    for (ListedShard shard : open) {
      if (!shard.startingHashKey().equals(next)) {
        violations.add(
            I11_RESHARD,
            "at %d µs, %s was listed open from hash key %s where %s was due",
            listing.end(),
            shard.shard(),
            shard.startingHashKey(),
            next);
      }
      next = shard.endingHashKey().add(BigInteger.ONE);
    }
    if (!next.equals(HASH_KEYS)) {
      violations.add(
          I11_RESHARD, "at %d µs, no open shard was listed for hash key %s", listing.end(), next);
    }
  }

  /** A shard never changes, except that it closes, once, when its children are listed. */
  private void identity(ShardListing listing) {
    Map<String, ListedShard> byId = new HashMap<>();
    listing.shards().forEach(shard -> byId.put(shard.shard(), shard));
    for (ListedShard shard : listing.shards()) {
      ListedShard first = history.shards().getOrDefault(shard.shard(), shard);
      if (!first.startingHashKey().equals(shard.startingHashKey())
          || !first.endingHashKey().equals(shard.endingHashKey())
          || !first.parents().equals(shard.parents())) {
        violations.add(I11_RESHARD, "at %d µs, %s was %s", listing.end(), first, shard);
      }
      for (String parent : shard.parents()) {
        ListedShard listed = byId.get(parent);
        if (listed != null && listed.open()) {
          violations.add(
              I11_RESHARD,
              "at %d µs, %s was listed while its parent %s was open",
              listing.end(),
              shard.shard(),
              parent);
        }
      }
    }
  }

  /** No parent accepts a record after one of its children has. */
  private void childrenAfterParents(ListedShard child) {
    Optional<StoredPut> first =
        history.storedByShard().getOrDefault(child.shard(), List.of()).stream()
            .min(Comparator.comparingLong(put -> put.call().end()));
    if (first.isEmpty()) {
      return;
    }
    child.parents().forEach(parent -> acceptsNothingAfter(parent, first.get()));
  }

  private void acceptsNothingAfter(String parent, StoredPut first) {
    List<StoredPut> stored = history.storedByShard().getOrDefault(parent, List.of());
    ListedShard listed = history.shards().get(parent);
    // A shard that is only a step of the lineage is empty: the records before are its parents'.
    if (stored.isEmpty() && listed != null) {
      listed.parents().forEach(grandparent -> acceptsNothingAfter(grandparent, first));
    }
    for (StoredPut put : stored) {
      if (put.call().start() > first.call().end()) {
        violations.add(
            I11_RESHARD,
            "%s, sent at %d µs, was accepted by %s, after its child %s had acknowledged %s at %d µs",
            put.label(),
            put.call().start(),
            parent,
            first.at().shard(),
            first.label(),
            first.call().end());
      }
    }
  }

  private void keysInRange(String id, List<StoredPut> stored) {
    ListedShard shard = history.shards().get(id);
    if (shard == null) {
      violations.add(I11_RESHARD, "%s accepted records and was never listed", id);
      return;
    }
    Map<String, Boolean> inRange = new HashMap<>();
    for (StoredPut put : stored) {
      if (!inRange.computeIfAbsent(put.label().key(), key -> holds(shard, key))) {
        violations.add(I11_RESHARD, "%s is not in the range of %s", put.label(), shard);
      }
    }
  }

  private static boolean holds(ListedShard shard, String key) {
    BigInteger hashKey = hashKey(key);
    return hashKey.compareTo(shard.startingHashKey()) >= 0
        && hashKey.compareTo(shard.endingHashKey()) <= 0;
  }

  static BigInteger hashKey(String key) {
    try {
      return new BigInteger(
          1, MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  /** When each closed shard was listed as closed first. */
  private Map<String, Long> listedClosed() {
    Map<String, Long> closed = new HashMap<>();
    for (ShardListing listing : history.listings()) {
      listing.shards().stream()
          .filter(shard -> !shard.open())
          .forEach(shard -> closed.merge(shard.shard(), listing.end(), Math::min));
    }
    return closed;
  }

  /**
   * Who has read a closed shard is told that it ends, which alone leads readers to its children.
   */
  private void endIsTold(Delivery last, Map<String, Long> closed) {
    long told =
        switch (last) {
          case PolledRead read -> read.start();
          case PushedEvent event -> event.end();
        };
    Long since = closed.get(last.shard());
    if (last.ended().isEmpty() && last.millisBehind() == 0 && since != null && since < told) {
      violations.add(
          I11_RESHARD,
          "%s was told at %d µs that it is at the tip of %s, and not that this ends, listed as closed at %d µs",
          last.who(),
          told,
          last.shard(),
          since);
    }
  }

  /**
   * The end of a shard names its children: all that are listed with it as a parent, and no more.
   */
  private void children(Delivery delivery) {
    if (delivery.ended().isEmpty()) {
      return;
    }
    List<String> named = delivery.ended().get().stream().sorted().toList();
    List<String> listed =
        history.shards().values().stream()
            .filter(shard -> shard.parents().contains(delivery.shard()))
            .map(ListedShard::shard)
            .sorted()
            .toList();
    if (!named.equals(listed)) {
      violations.add(
          I11_RESHARD,
          "%s was told that the children of %s are %s, and they are %s",
          delivery.who(),
          delivery.shard(),
          named,
          listed);
    }
  }
}
