// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Eventually;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A reshard, as the operator carries it out: it asks the leader of the first closing shard until
 * that shard is sealed, looks on until all closing shards are sealed and all new ones are open, and
 * publishes the new generation. Members may be down meanwhile.
 */
final class StreamReshard {
  /** Longer than any fault, and the starts of processes after it. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** How far it has come. */
  enum Stage {
    ASKED,
    SEALED,
    OPEN,
    PUBLISHED
  }

  private final List<ReplicaGroup> groups;
  private final GroupStream before;
  private final List<GroupShard> closing;
  private final List<GroupShard> born;
  private final Map<Stage, Long> reached = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /** When the shards were created that leaders have reported, epoch seconds by id. */
  private final Map<String, Long> open = new HashMap<>();

  /** Those of them that were reported as sealed. */
  private final Set<String> sealed = new HashSet<>();

  private StreamReshard(List<ReplicaGroup> groups, GroupStream before, List<GroupShard> born) {
    this.groups = groups;
    this.before = before;
    this.closing = before.open().stream().sorted(Comparator.comparing(GroupShard::index)).toList();
    this.born = born;
  }

  /**
   * Begins one, in a thread of its own.
   *
   * @param before the stream as it is published
   * @param born the shards that take the places of all open ones
   * @param after how long that thread waits first
   * @param published is told of the new generation before any member is
   */
  static StreamReshard begin(
      List<ReplicaGroup> groups,
      GroupStream before,
      List<GroupShard> born,
      Duration after,
      Consumer<GroupStream> published) {
    StreamReshard reshard = new StreamReshard(groups, before, born);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Eventually.pass(after);
                published.accept(reshard.complete());
                reshard.publish();
                reshard.done.complete(null);
              } catch (RuntimeException | Error e) {
                reshard.done.completeExceptionally(e);
              }
            });
    return reshard;
  }

  /** Waits until it is published everywhere. */
  void await() {
    done.join();
  }

  /** How far it had come at a time of {@link System#nanoTime}; empty if it was not asked for. */
  Optional<Stage> stageAt(long nanos) {
    return Stream.of(Stage.values())
        .filter(stage -> reached.containsKey(stage) && at(stage) - nanos <= 0)
        .reduce((earlier, later) -> later);
  }

  /** How long it took from the first question to the end. */
  Duration time() {
    return Duration.ofNanos(at(Stage.PUBLISHED) - at(Stage.ASKED));
  }

  private long at(Stage stage) {
    return Optional.ofNullable(reached.get(stage)).orElseThrow();
  }

  private void reach(Stage stage) {
    reached.putIfAbsent(stage, System.nanoTime());
  }

  private GroupStream complete() {
    reach(Stage.ASKED);
    Eventually.holds(
        "the leaders complete the reshard to generation " + (before.generation() + 1),
        TIMEOUT,
        this::isComplete);
    GroupStream after =
        before.with(
            born.stream()
                .map(shard -> shard.createdAt(Objects.requireNonNull(open.get(shard.id()))))
                .toList());
    groups.forEach(group -> group.replace(after));
    return after;
  }

  private void publish() {
    groups.forEach(group -> group.publish(TIMEOUT));
    reach(Stage.PUBLISHED);
  }

  private boolean isComplete() {
    groups.forEach(group -> group.hostedShards().forEach(this::see));
    String first = closing.getFirst().id();
    if (!sealed.contains(first)) {
      coordinating().leading().ifPresent(leader -> leader.post("/admin/reshard", firstStep()));
    }
    if (sealed.containsAll(closing.stream().map(GroupShard::id).toList())) {
      reach(Stage.SEALED);
    }
    boolean isOpen = open.keySet().containsAll(born.stream().map(GroupShard::id).toList());
    if (isOpen) {
      reach(Stage.OPEN);
    }
    return isOpen && reached.containsKey(Stage.SEALED);
  }

  /** What a leader has reported stays true, whoever leads then. */
  private void see(JsonNode hosted) {
    String shard = hosted.path("shardId").asText();
    open.put(shard, hosted.path("creationSecond").asLong());
    if (hosted.hasNonNull("closeSecond")) {
      sealed.add(shard);
    }
  }

  private ReplicaGroup coordinating() {
    return hosting(closing.getFirst());
  }

  private ReplicaGroup hosting(GroupShard shard) {
    return groups.stream()
        .filter(group -> group.set().equals(shard.set()))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, Object> firstStep() {
    Map<String, Object> plan =
        Map.of(
            "streamId",
            before.id(),
            "generation",
            before.generation() + 1,
            "closing",
            closing.stream().map(this::planned).toList(),
            "born",
            born.stream().map(this::planned).toList());
    return Map.of("plan", plan, "sealed", Map.of(), "opened", false);
  }

  private Map<String, Object> planned(GroupShard shard) {
    ReplicaGroup group = hosting(shard);
    Map<String, Object> planned = shard.definition();
    planned.put("group", group.id());
    planned.put("members", group.planned());
    return planned;
  }
}
