// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.ReshardPhase;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import dev.millrace.e2e.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever is killed while the number of shards changes, the change is completed, and the service
 * keeps its promises: the checker finds nothing in the history of clients that write and read
 * meanwhile.
 */
@ClusterTest
@Tag("chaos")
class ReshardUnderFailureTest {
  private static final List<Integer> SHARD_COUNTS = List.of(3, 2);

  /** The operator gives a reshard up after five minutes and tries it again after ten. */
  private static final Duration RESHARD_TIMEOUT = Duration.ofMinutes(20);

  /** What goes wrong in which phase, at most how long after the phase began. */
  private record Attack(Nemesis nemesis, ReshardPhase phase, Duration within) {
    static List<Attack> all() {
      List<Attack> all = new ArrayList<>();
      for (Nemesis nemesis : Nemesis.values()) {
        if (!nemesis.isPossible()) {
          continue;
        }
        all.add(new Attack(nemesis, ReshardPhase.PREPARING, Duration.ofSeconds(4)));
        all.add(new Attack(nemesis, ReshardPhase.SEALING, Duration.ofMillis(300)));
      }
      return all;
    }
  }

  @Test
  void theServiceKeepsItsPromises(Installation millrace) {
    int rounds = Integer.getInteger("millrace.chaos.rounds", 1);
    long seed = Long.getLong("millrace.chaos.seed", System.nanoTime());
    say("%d rounds, -Dmillrace.chaos.seed=%d", rounds, seed);
    SplittableRandom random = new SplittableRandom(seed);
    // Shuffled, so that five rounds try everything.
    List<Attack> attacks = Attack.all();
    Collections.shuffle(attacks, new Random(seed));
    int next = 0;
    for (int round = 1; round <= rounds; round++) {
      String stream = "chaos-" + round;
      millrace.createStream(stream);
      HistoryRun clients = HistoryRun.start(millrace, stream);
      for (int shards : SHARD_COUNTS) {
        reshard(millrace, stream, shards, attacks.get(next++ % attacks.size()), random);
        clients.awaitMoreAcknowledged();
      }
      int calls = clients.finish("round %d of seed %d".formatted(round, seed)).size();
      say("round %d: %d calls", round, calls);
      millrace.kubectl("delete", "kinesisstream", stream);
    }
  }

  private static void reshard(
      Installation millrace, String stream, int shards, Attack attack, SplittableRandom random) {
    int before = openShards(millrace.stream(stream));
    millrace.kubectl("scale", "kinesisstream/" + stream, "--replicas=" + shards);
    millrace
        .kubernetes()
        .resources(KinesisStream.class)
        .inNamespace(millrace.namespace())
        .withName(stream)
        .waitUntilCondition(
            found -> isIn(found, attack.phase()) || isDone(found, shards),
            RESHARD_TIMEOUT.toSeconds(),
            TimeUnit.SECONDS);
    Duration pause = Duration.ofMillis(random.nextLong(attack.within().toMillis()));
    Eventually.pass(pause);
    String phase = Nemesis.phase(millrace, stream);
    String done = attack.nemesis().act(millrace, stream, random);
    say(
        "%s, %d -> %d shards: %s, %d ms after %s began, then in phase %s: %s",
        stream, before, shards, attack.nemesis(), pause.toMillis(), attack.phase(), phase, done);
    Eventually.holds(
        stream + " has " + shards + " shards",
        RESHARD_TIMEOUT,
        () -> isDone(millrace.stream(stream), shards));
    millrace.awaitReady(stream);
  }

  private static boolean isIn(KinesisStream stream, ReshardPhase phase) {
    return Optional.ofNullable(stream.getStatus())
        .map(KinesisStreamStatus::resharding)
        .map(Resharding::phase)
        .filter(phase::equals)
        .isPresent();
  }

  private static boolean isDone(KinesisStream stream, int shards) {
    return openShards(stream) == shards && stream.getStatus().resharding() == null;
  }

  private static int openShards(KinesisStream stream) {
    return Objects.requireNonNullElse(stream.getStatus().openShardCount(), 0);
  }

  private static void say(String format, Object... arguments) {
    System.out.println("ReshardUnderFailureTest: " + format.formatted(arguments));
  }
}
